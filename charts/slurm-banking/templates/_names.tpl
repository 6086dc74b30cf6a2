{{/* The operator's objects have fixed names: Lease, webhook and Secret are known to it by them, and one per cluster is enough. */}}
{{- define "slurm-banking.operator" -}}slurm-banking-operator{{- end }}

{{- define "slurm-banking.labels" -}}
app.kubernetes.io/name: slurm-banking-operator
app.kubernetes.io/part-of: slurm-banking
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "slurm-banking.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What the operator does with a cluster's objects: in each namespace that it watches. */}}
{{- define "slurm-banking.rules" -}}
- apiGroups: [banking.slurm.dev]
  resources: [bankingconfigs]
  verbs: [get, list, watch]
- apiGroups: [banking.slurm.dev]
  resources: [bankingconfigs/status]
  verbs: [patch]
# What it renders. Secrets: those that it makes, found by their label; RBAC can't say that.
- apiGroups: [""]
  resources: [configmaps, secrets, services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
# Whom a deletion would concern{{ if .Values.operator.annotatePods }}, and the stamp that hastens the kubelet{{ end }}.
- apiGroups: [""]
  resources: [pods]
  verbs: [list{{ if .Values.operator.annotatePods }}, patch{{ end }}]
# Whether what spec.slurm names is there.
- apiGroups: [slinky.slurm.net]
  resources: [controllers]
  verbs: [get]
- apiGroups: [slurm.nebius.ai]
  resources: [slurmclusters]
  verbs: [get]
{{- end }}
