"""Functions as processes of their own, on what `sam build` has made."""
