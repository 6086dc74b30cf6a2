{{/* The operator's objects have fixed names: Lease, webhook and Secret are known to it by them, and one per cluster is enough. */}}
{{- define "slurm-banking.operator" -}}slurm-banking-operator{{- end }}

{{/* So have the bank's: BankingConfigs name its Service. */}}
{{- define "slurm-banking.bank" -}}slurm-banking-bank{{- end }}

{{/* The Secret with a staff token of the bank, in every namespace in which one is wanted. */}}
{{- define "slurm-banking.bankToken" -}}slurm-banking-bank-token{{- end }}

{{/* Labels of an object: (list $ "app.kubernetes.io/name"). */}}
{{- define "slurm-banking.labelsOf" -}}
{{- $root := index . 0 -}}
{{ include "slurm-banking.podLabelsOf" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version }}
{{- end }}

{{/* Of a pod: nothing of a version, or every upgrade would restart it, also one that changes nothing for it. */}}
{{- define "slurm-banking.podLabelsOf" -}}
{{ include "slurm-banking.selectorOf" . }}
app.kubernetes.io/part-of: slurm-banking
{{- end }}

{{/* What selects. */}}
{{- define "slurm-banking.selectorOf" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- define "slurm-banking.labels" -}}
{{ include "slurm-banking.labelsOf" (list . (include "slurm-banking.operator" .)) }}
{{- end }}

{{/* Reference of an image: (list $ "sidecar"). A digest says which one it is, whatever the tag. */}}
{{- define "slurm-banking.image" -}}
{{- $image := index (index . 0).Values.image (index . 1) -}}
{{ $image.repository }}:{{ $image.tag | default (index . 0).Chart.AppVersion }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "slurm-banking.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What no container of ours needs. */}}
{{- define "slurm-banking.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Namespaces in which somebody needs a token of the bank, its own first: a YAML list. */}}
{{- define "slurm-banking.bankNamespaces" -}}
{{- $spaces := list .Release.Namespace -}}
{{- range .Values.clusters }}{{ $spaces = append $spaces .namespace }}{{ end -}}
{{- range .Values.bank.tokenNamespaces }}{{ $spaces = append $spaces . }}{{ end -}}
{{ uniq $spaces | toYaml }}
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

{{/* How a container of the bank finds its books. */}}
{{- define "slurm-banking.bankDatabase" -}}
{{- if .Values.bank.postgres.existingSecret -}}
- name: BANK_DATABASE
  valueFrom: {secretKeyRef: {name: {{ .Values.bank.postgres.existingSecret }}, key: {{ .Values.bank.postgres.key }}}}
{{- else -}}
- {name: BANK_DATABASE, value: /var/lib/slurm-banking-bank/bank.db}
- {name: TMPDIR, value: /var/lib/slurm-banking-bank}
{{- end }}
{{- end }}

{{/* What it needs of files for that. */}}
{{- define "slurm-banking.bankMounts" -}}
{{- if .Values.bank.postgres.existingSecret -}}
- {name: postgres, mountPath: /etc/slurm-banking-bank/postgres, readOnly: true}
{{- else -}}
- {name: data, mountPath: /var/lib/slurm-banking-bank}
{{- end }}
{{- end }}
