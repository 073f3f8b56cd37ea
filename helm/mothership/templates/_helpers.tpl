{{- define "mothership.secret" -}}
{{ .Values.secrets.existingSecret | default (printf "%s-mothership" .Release.Name) }}
{{- end }}

{{- define "mothership.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}

{{- define "mothership.labels" -}}
app.kubernetes.io/name: mothership
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "mothership.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "mothership.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* What the gateway and the subgraphs share. */ -}}
{{- define "mothership.environment" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: database-url } }
- name: REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: redis-url } }
- name: MOTHERSHIP_IDENTITY_SECRET
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: identity-secret } }
- name: LOG_LEVEL
  value: {{ .Values.logLevel | quote }}
- name: ONTOLOGY_URL
  value: http://{{ .Release.Name }}-ontology:{{ .Values.subgraphs.ontology.port }}/graphql
- name: DIRECTIVE_URL
  value: http://{{ .Release.Name }}-directive:{{ .Values.subgraphs.directive.port }}/graphql
- name: TASK_URL
  value: http://{{ .Release.Name }}-task:{{ .Values.subgraphs.task.port }}/graphql
- name: AGENT_URL
  value: http://{{ .Release.Name }}-agent:{{ .Values.subgraphs.agent.port }}/graphql
{{- end }}

{{- /* What the ontology subgraph reads besides. A key that is not in the Secret is not set. */ -}}
{{- define "mothership.embeddings" -}}
- name: MOTHERSHIP_EMBEDDINGS
  value: {{ .Values.embeddings.model | quote }}
- name: OPENAI_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: openai-api-key, optional: true } }
- name: OPENAI_BASE_URL
  value: {{ .Values.providers.openaiBaseUrl | quote }}
- name: GOOGLE_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: google-api-key, optional: true } }
- name: GOOGLE_BASE_URL
  value: {{ .Values.providers.googleBaseUrl | quote }}
{{- end }}

{{- /* What the directive subgraph reads besides. A key that is not in the Secret is not set. */ -}}
{{- define "mothership.models" -}}
{{- range $variable, $value := .Values.models.environment }}
- name: {{ $variable }}
  value: {{ $value | quote }}
{{- end }}
- name: OPENAI_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: openai-api-key, optional: true } }
- name: OPENAI_BASE_URL
  value: {{ .Values.providers.openaiBaseUrl | quote }}
- name: ANTHROPIC_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: anthropic-api-key, optional: true } }
- name: ANTHROPIC_BASE_URL
  value: {{ .Values.providers.anthropicBaseUrl | quote }}
- name: GOOGLE_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: google-api-key, optional: true } }
- name: GOOGLE_BASE_URL
  value: {{ .Values.providers.googleBaseUrl | quote }}
- name: COMPATIBLE_API_KEY
  valueFrom: { secretKeyRef: { name: {{ include "mothership.secret" . }}, key: compatible-api-key, optional: true } }
- name: COMPATIBLE_BASE_URL
  value: {{ .Values.providers.compatibleBaseUrl | quote }}
{{- end }}

{{- /* A first start migrates the database before it listens: 2 minutes for that. */ -}}
{{- define "mothership.probes" -}}
startupProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /health/live, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet: { path: /health/ready, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}
