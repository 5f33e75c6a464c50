"""Mediation inside a dispute (人民调解法).

Opened, consented to by every party or refused, mediators named and cleared of any tie, sessions, an
agreement with its effect, confirmation by a court, performance. Which kinds are mediated, and who
may record what, is arranged by packs.
"""
