namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>The dashboards: for people on call, for admins, for those who give allocations.</summary>
public static class AllBoards
{
    public static IReadOnlyList<Board> List { get; } = [OnCall(), Admin(), Allocations()];

    private static Board OnCall() =>
        new(
            "slurm-banking-on-call",
            "slurm-banking: on call",
            new Row(
                "Is anything wrong?",
                Number(
                    "Alerts firing",
                    "short",
                    1,
                    "docs/runbooks.md says what to do about each.",
                    "count(ALERTS{alertname=~\"SlurmBanking.*\",alertstate=\"firing\"}) or vector(0)"
                ),
                Number(
                    "Oldest undelivered record",
                    "s",
                    3600,
                    "Charges that wait for the bank; nothing is lost meanwhile.",
                    "max(slurm_banking_outbox_oldest_seconds{instance=~\"$instance\"})"
                ),
                Number(
                    "Dead letters",
                    "short",
                    1,
                    "Records that the bank will never take; somebody has to look.",
                    "sum(slurm_banking_outbox_parked{instance=~\"$instance\"})"
                ),
                Number(
                    "Queue last seen",
                    "s",
                    600,
                    "Age of the last whole listing of Slurm's queue.",
                    "max(slurm_banking_sweep_age_seconds{instance=~\"$instance\"})"
                ),
                Low("Bank answers", 1, "1: it answers, and takes the token.", "min(slurm_banking_bank_available{instance=~\"$instance\"})"),
                Low(
                    "Room for state",
                    2,
                    "2: ample; 1: for the ends of jobs only; 0: none.",
                    "min(slurm_banking_state_room{instance=~\"$instance\"})"
                )
            ),
            new Row(
                "Submissions and changes of jobs",
                new Panel(
                    "Decisions",
                    "reqps",
                    "By what was asked, answer and reason. \"submit accept Fits\" is the normal case; \"Unavailable\" means that the outage policy decided.",
                    (
                        "sum by (request, answer, reason) (rate(slurm_banking_decisions_total{instance=~\"$instance\"}[$__rate_interval]))",
                        "{{request}} {{answer}} {{reason}}"
                    )
                ),
                new Panel(
                    "Time of a decision",
                    "s",
                    "From the frame of a submission or change to its verdict. Below 5 ms, but for accounts that were never asked about.",
                    (Quantile("0.5", "slurm_banking_decision_duration_seconds"), "p50"),
                    (Quantile("0.99", "slurm_banking_decision_duration_seconds"), "p99")
                ),
                new Panel(
                    "Where the balance came from",
                    "reqps",
                    "hit: memory. read: the submission waited for the bank. miss: it did not come in time.",
                    (
                        "sum by (outcome) (rate(slurm_banking_headroom_lookups_total{instance=~\"$instance\"}[$__rate_interval]))",
                        "{{outcome}}"
                    )
                )
            ),
            new Row(
                "Bank",
                new Panel(
                    "Deliveries",
                    "reqps",
                    "Delivered; Later: the bank is in trouble; Unknown: no answer; Refused: parked.",
                    ("sum by (outcome) (rate(slurm_banking_deliveries_total{instance=~\"$instance\"}[$__rate_interval]))", "{{outcome}}")
                ),
                new Panel(
                    "Records that wait",
                    "short",
                    "Grows while the bank is away, and drains by itself.",
                    ("sum(slurm_banking_outbox_pending{instance=~\"$instance\"})", "waiting"),
                    ("sum(slurm_banking_outbox_parked{instance=~\"$instance\"})", "dead letters")
                ),
                new Panel(
                    "The bank's answers",
                    "s",
                    "Latency of the sidecar's requests.",
                    (Quantile("0.5", "http_client_request_duration_seconds"), "p50"),
                    (Quantile("0.99", "http_client_request_duration_seconds"), "p99")
                )
            ),
            new Row(
                "Slurm",
                new Panel(
                    "Reports of plugins",
                    "reqps",
                    "spooled: found as files, because no sidecar could take them.",
                    ("sum by (kind) (rate(slurm_banking_facts_total{instance=~\"$instance\"}[$__rate_interval]))", "{{kind}}")
                ),
                new Panel(
                    "Plugins without an answer",
                    "reqps",
                    "timeout: the sidecar was too slow. resting: the breaker answered. absent: no sidecar. Few but for restarts.",
                    (
                        "sum by (hook, outcome) (rate(slurm_banking_plugin_unanswered_total{instance=~\"$instance\"}[$__rate_interval]))",
                        "{{hook}} {{outcome}}"
                    )
                ),
                new Panel(
                    "Breaker of the plugins",
                    "percentunit",
                    "Share of time for which slurmctld did not ask the sidecar, because it had hung before.",
                    (
                        "sum by (hook) (rate(slurm_banking_plugin_breaker_open_time_seconds_total{instance=~\"$instance\"}[$__rate_interval]))",
                        "{{hook}}"
                    ),
                    ("max by (hook) (slurm_banking_plugin_breaker_open{instance=~\"$instance\"})", "{{hook}} open")
                ),
                new Panel(
                    "What only the queue told",
                    "reqps",
                    "Ends that no plugin had reported, and holds whose job is gone. Few, where jobcomp is on.",
                    ("sum by (kind) (rate(slurm_banking_sweep_findings_total{instance=~\"$instance\"}[$__rate_interval]))", "{{kind}}")
                ),
                new Panel(
                    "Listing the queue",
                    "s",
                    "How long squeue takes.",
                    (Quantile("0.99", "slurm_banking_sweep_duration_seconds"), "p99")
                ),
                new Panel(
                    "Files in the spool",
                    "short",
                    "Facts that wait for a sidecar, and files that could not be read.",
                    ("sum(slurm_banking_spool_files{instance=~\"$instance\"})", "waiting"),
                    ("sum(slurm_banking_spool_corrupt{instance=~\"$instance\"})", "corrupt")
                )
            ),
            new Row(
                "Nodes",
                new Panel(
                    "Nodes that the controller does not hear",
                    "short",
                    "0 is good.",
                    ("count(slurm_banking_controller_available == 0) or vector(0)", "cut off")
                ),
                new Panel(
                    "Starts kept on nodes",
                    "short",
                    "They wait for the controller's sidecar.",
                    ("sum(slurm_banking_starts_kept)", "kept")
                )
            )
        );

    private static Board Admin() =>
        new(
            "slurm-banking-admin",
            "slurm-banking: admin",
            new Row(
                "Configuration",
                Number(
                    "Files that can't be used",
                    "short",
                    1,
                    "The last good one stays in force; sidecar check-config says what is wrong.",
                    "sum(slurm_banking_configuration_degraded{instance=~\"$instance\"})"
                ),
                new Panel(
                    "Changed files",
                    "short",
                    "Within the last hour, by what became of them.",
                    ("sum by (result) (increase(slurm_banking_configuration_reloads_total{instance=~\"$instance\"}[1h]))", "{{result}}")
                ),
                new Panel(
                    "Certificates",
                    "s",
                    "How long they are still good; the operator renews a month before the end.",
                    ("min by (instance) (slurm_banking_certificate_remaining_seconds)", "{{instance}}"),
                    ("min by (instance) (slurm_banking_operator_webhook_certificate_remaining_seconds)", "webhook {{instance}}")
                )
            ),
            new Row(
                "Access",
                new Panel(
                    "Refused calls",
                    "reqps",
                    "gRPC calls without a good token or the right scope.",
                    ("sum by (code) (rate(slurm_banking_calls_refused_total[$__rate_interval]))", "{{code}}")
                ),
                new Panel(
                    "Strangers on the plugins' socket",
                    "reqps",
                    "Connections by others than root and SlurmUser, and frames that could not be read.",
                    ("sum(rate(slurm_banking_peers_unauthorized_total[$__rate_interval]))", "strangers"),
                    ("sum(rate(slurm_banking_frames_bad_total[$__rate_interval]))", "bad frames")
                ),
                new Panel(
                    "Failing loops",
                    "short",
                    "Background loops whose turn failed, within an hour. 0 is good.",
                    ("sum by (loop) (increase(slurm_banking_loop_failures_total[1h]))", "{{loop}}")
                )
            ),
            new Row(
                "Operator",
                new Panel(
                    "Reconciliations",
                    "reqps",
                    "By outcome; \"failed\" is tried again.",
                    ("sum by (outcome) (rate(slurm_banking_operator_reconciliations_total[$__rate_interval]))", "{{outcome}}")
                ),
                new Panel(
                    "Time of a reconciliation",
                    "s",
                    "",
                    (QuantileOfAll("0.99", "slurm_banking_operator_reconciliation_duration_seconds"), "p99")
                ),
                new Panel(
                    "BankingConfigs",
                    "short",
                    "Known, and waiting for a worker.",
                    ("max(slurm_banking_operator_configs)", "known"),
                    ("max(slurm_banking_operator_queue_depth)", "waiting"),
                    ("sum(slurm_banking_operator_leader)", "leaders")
                ),
                new Panel(
                    "Watches that ended",
                    "reqps",
                    "\"ended\" every few minutes is normal.",
                    (
                        "sum by (resource, cause) (rate(slurm_banking_operator_watch_restarts_total[$__rate_interval]))",
                        "{{resource}} {{cause}}"
                    )
                ),
                new Panel(
                    "Questions and admissions",
                    "reqps",
                    "Questions to sidecars by result; the webhook's verdicts.",
                    ("sum by (result) (rate(slurm_banking_operator_inquiries_total[$__rate_interval]))", "question {{result}}"),
                    ("sum by (verdict) (rate(slurm_banking_operator_admissions_total[$__rate_interval]))", "webhook {{verdict}}")
                )
            ),
            new Row(
                "Bank",
                Number(
                    "Differences in the ledger",
                    "short",
                    1,
                    "Added up again every hour. Anything but 0: docs/runbooks.md, SlurmBankingLedgerDrift.",
                    "sum(slurm_banking_ledger_differences)"
                ),
                new Panel(
                    "Requests",
                    "reqps",
                    "By route and status.",
                    (
                        "sum by (http_route, http_response_status_code) (rate(http_server_request_duration_seconds_count{job=~\".*bank.*\"}[$__rate_interval]))",
                        "{{http_route}} {{http_response_status_code}}"
                    )
                ),
                new Panel("Ledger", "short", "Transfers at the last audit.", ("max(slurm_banking_ledger_transfers)", "transfers")),
                new Panel(
                    "Leases",
                    "short",
                    "What clusters that share accounts have of them. Stale: docs/runbooks.md, SlurmBankingLeaseStale.",
                    ("max by (state) (slurm_banking_bank_leases)", "{{state}}"),
                    ("sum(increase(slurm_banking_bank_leases_uncovered_total[$__rate_interval]))", "more held than leased"),
                    ("sum(slurm_banking_leases_open)", "of clusters, by their own count"),
                    ("sum(slurm_banking_leases_uncovered)", "SU held beyond them")
                )
            ),
            new Row(
                "Service levels",
                new Panel(
                    "Decisions within 5 ms",
                    "percentunit",
                    "Objective: 99 % of a month's.",
                    ("slurm_banking:decisions_in_time:ratio_1h", "in time")
                ),
                new Panel(
                    "Delay of deliveries",
                    "s",
                    "Objective: below 5 minutes while the bank answers.",
                    ("slurm_banking:delivery_delay_seconds:max", "oldest")
                ),
                Number(
                    "Not settled",
                    "short",
                    1,
                    "Runs of unknown end, jobs without an account, dead letters. Objective: none.",
                    "slurm_banking:not_settled:sum"
                )
            )
        );

    private static Board Allocations() =>
        new(
            "slurm-banking-allocations",
            "slurm-banking: allocations",
            new Row(
                "Service units",
                new Panel(
                    "SU held",
                    "short",
                    "What waiting jobs may cost at most.",
                    ("sum(slurm_banking_holds_amount{instance=~\"$instance\"})", "held")
                ),
                new Panel(
                    "SU settled per hour",
                    "short",
                    "What runs cost that have ended and that the bank has settled.",
                    ("sum(increase(slurm_banking_settled_amount_total{instance=~\"$instance\"}[1h]))", "settled")
                ),
                new Panel(
                    "Jobs",
                    "short",
                    "Waiting submissions with a hold, and runs that are charged and not settled yet.",
                    ("sum(slurm_banking_holds_open{instance=~\"$instance\"})", "held"),
                    ("sum(slurm_banking_runs_open{instance=~\"$instance\"})", "running")
                )
            ),
            new Row(
                "Refusals",
                new Panel(
                    "Refused submissions and changes per hour",
                    "short",
                    "Insufficient: the account or the user can't afford the job.",
                    (
                        "sum by (reason) (increase(slurm_banking_decisions_total{answer=\"refuse\",instance=~\"$instance\"}[1h]))",
                        "{{reason}}"
                    )
                ),
                new Panel(
                    "Would have been refused, per hour",
                    "short",
                    "Under mode = \"observe\".",
                    (
                        "sum by (reason) (increase(slurm_banking_decisions_total{answer=\"observe\",instance=~\"$instance\"}[1h]))",
                        "{{reason}}"
                    )
                )
            ),
            new Row(
                "Outside of the budget",
                new Panel(
                    "Let in without a decision",
                    "short",
                    "Jobs that nobody was asked about: during an outage, or they never met the plugin. They are billed.",
                    ("sum(slurm_banking_jobs_let_in{instance=~\"$instance\"})", "let in")
                ),
                new Panel(
                    "Without an account, per day",
                    "short",
                    "Jobs that ran and can't be billed.",
                    ("sum(increase(slurm_banking_jobs_unbillable_total{instance=~\"$instance\"}[1d]))", "jobs")
                ),
                new Panel(
                    "Charged at the estimate, per day",
                    "short",
                    "Runs whose end nobody saw.",
                    ("sum(increase(slurm_banking_runs_end_unknown_total{instance=~\"$instance\"}[1d]))", "runs")
                )
            )
        );

    private static Panel Number(string title, string unit, double limit, string help, string query) =>
        new(title, unit, help, (query, title)) { Limit = limit };

    private static Panel Low(string title, double limit, string help, string query) =>
        new(title, "short", help, (query, title)) { Limit = limit, IsBadBelow = true };

    private static string Quantile(string quantile, string histogram) =>
        $"histogram_quantile({quantile}, sum by (le) (rate({histogram}_bucket{{instance=~\"$instance\"}}[$__rate_interval])))";

    private static string QuantileOfAll(string quantile, string histogram) =>
        $"histogram_quantile({quantile}, sum by (le) (rate({histogram}_bucket[$__rate_interval])))";
}
