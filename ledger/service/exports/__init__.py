"""What leaves a ledger to be verified elsewhere: its log, evidence, its types and pages."""
