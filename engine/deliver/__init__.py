"""The process that derives the topics of other systems from the alert topic."""
