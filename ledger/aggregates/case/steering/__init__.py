"""What steers the course of a case beside its handling.

Joint consultation 吹哨报到, a leader in charge 包案, standing still 中止, transfer 移交, joining
and parting cases 并案、分案, archiving 归档. Which kinds allow what, and who may, packs arrange.
"""
