"""The API's description, made from the code of every function. Nothing of it is deployed."""
