"""How tokens move: SpiffWorkflow's Task and TaskSpec, extended by subclassing. The only package that imports it.

One process instance is one SpiffWorkflow `Workflow`. A *task* of it is an element instance: the tree of tasks is the
tree of scopes (process > sub-process > task), and each task holds the local variables of its element instance. A
task spec is an element (elements/, one file per element type) or a loop around one; what an event waits for or throws
is an event trigger (events/, one file per event definition).

Differences to stock SpiffWorkflow, each forced by what stock does wrong: nothing is predicted, finished tasks leave
the tree at once (so neither a step nor a snapshot grows with the history), a ready task is queued instead of searched
for, joins count tokens, interruption is immediate, errors are routed from scope to scope.

Reading order: task.py, variables.py, workflow.py (the run loop), elements/base.py (the life of an element instance),
then any element; routing.py (errors, escalations, signals); definition.py (compiling); instance.py (commands);
snapshot.py (state as JSON).
"""
