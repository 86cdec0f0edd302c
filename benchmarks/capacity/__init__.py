"""What DynamoDB bills for the product's own requests.

Neither moto nor the local cloud's emulator says it truthfully: both report a read as one unit (or a
half) whatever its size, moto a write likewise. So it is computed here, from what is stored before
and after each request, by DynamoDB's documented rules.
"""
