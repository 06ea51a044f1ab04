"""Clauseflow runs law: BPMN procedures, DMN decisions, handlers for what touches the world."""
