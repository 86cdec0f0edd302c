"""What template.yaml becomes on AWS: for checkov to judge, and for upgrades to be compared with."""
