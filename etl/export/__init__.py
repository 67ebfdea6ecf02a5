"""Tables that leave the warehouse: the embedded sample, and district gap tables."""
