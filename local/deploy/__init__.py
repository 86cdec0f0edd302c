"""The project's own template.yaml, deployed on the local cloud from the working tree."""
