"""The one address of the local run: the deployed API's paths, and `/health` to say if they answer.

It stands where AWS's edge does: what a client may not say of itself (forwarding headers, connection
headers) is dropped, what is too big is refused, and errors have dialect A's shape.
"""
