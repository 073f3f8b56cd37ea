-- Once for a directive and a task's attempt and phase: somebody may check one attempt against several directives.
drop index directive.compliance_report_once;
create unique index compliance_report_once on directive.compliance_report (task_id, attempt, phase, origin, directive_id)
  where phase <> 'DURING';
