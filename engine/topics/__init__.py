"""The topics of an installation: what they should be, what a cluster has, and the steps between."""
