using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>
/// One process: all of the sidecar's own parts, put together as its host does, on a simulated clock, network and Slurm, and on
/// a disk that is copied where a process or a machine dies. Nothing in it has a thread; its loops take turns.
/// </summary>
internal sealed class SimulatedSidecar : IDisposable
{
    private readonly Agenda _agenda;
    private readonly Random _random;
    private readonly Disk _disk;
    private readonly Wire _wire;
    private readonly SlurmSeen _slurm;
    private readonly ServiceProvider _services;
    private readonly StateDatabase _database;
    private readonly SidecarMetrics _metrics = new();
    private readonly SettingsStore _settings;
    private readonly ViewStore _view = new();
    private readonly HookDesk _desk;
    private readonly List<SteadyLoop> _loops;
    private bool _alive = true;
    private bool _committing;
    private DateTimeOffset _flushed;

    public SimulatedSidecar(
        string host,
        Disk disk,
        SidecarPaths paths,
        Agenda agenda,
        FakeTimeProvider time,
        Random random,
        Wire wire,
        SlurmSeen slurm,
        Action<string> say
    )
    {
        (_agenda, _random, _disk, _wire, _slurm) = (agenda, random, disk, wire, slurm);
        _services = Client(paths, _metrics, _view, time, wire);
        var bank = _services.GetRequiredService<IBankApi>();
        _settings = _services.GetRequiredService<SettingsStore>();
        var isNew = !File.Exists(paths.DatabaseFile);
        _database = new StateDatabase(paths, time.GetUtcNow(), new TraceLogger<StateDatabase>(say));
        Journal = new Journal(
            _database,
            new Reserve(paths.ReserveFile) { Bytes = 4096 },
            time,
            new TraceLogger<Journal>(say),
            TaskCreationOptions.None
        );
        _flushed = agenda.Now;
        if (isNew)
        {
            // The moment of installation is written through to the disk.
            disk.Flushed();
        }

        var cluster = _services.GetRequiredService<ClusterName>();
        var health = new BankHealth(time, new TraceLogger<BankHealth>(say));
        var reader = new HeadroomReader(
            bank,
            _services.GetRequiredService<IBalanceApi>(),
            new Leases(_services.GetRequiredService<ILeaseApi>(), () => cluster.Value, health, time),
            health,
            time,
            new TraceLogger<HeadroomReader>(say)
        );
        var shelf = new Shelf(
            random.Next(4) switch
            {
                0 => 0,
                1 => 3,
                _ => 10_000,
            }
        );
        Teller = new Teller(_settings, _view, Journal, shelf, health, reader, _metrics, Wait, time, new TraceLogger<Teller>(say));
        _desk = new HookDesk(Teller, _settings, SlurmUser.Own(), _metrics, Wait, new TraceLogger<HookDesk>(say));
        Duty = new Duty(host, slurm, _view, Teller, Journal, _metrics, time, new TraceLogger<Duty>(say));
        var courier = new Courier(bank, health, new TraceLogger<Courier>(say));
        _loops =
        [
            Duty,
            new ClusterRefresher(_view, slurm, _settings, _metrics, time, new TraceLogger<ClusterRefresher>(say)),
            new Sweeper(slurm, _view, Teller, Duty, Journal, _metrics, time, new TraceLogger<Sweeper>(say)),
            new ControllerSpool(paths, Teller, Duty, _settings, SlurmUser.Own(), _metrics, time, new TraceLogger<ControllerSpool>(say)),
            new HeadroomRefresher(Teller, reader, health, _settings, _metrics, time, new TraceLogger<HeadroomRefresher>(say)),
            new DeliveryLoop(
                Journal,
                courier,
                Teller,
                Duty,
                cluster,
                random,
                health,
                _settings,
                _metrics,
                time,
                new TraceLogger<DeliveryLoop>(say)
            ),
        ];
        foreach (var loop in _loops)
        {
            loop.Attach();
            agenda.After(TimeSpan.FromMilliseconds(random.Next(1, 50)), () => _ = TurnAsync(loop));
        }
    }

    public Teller Teller { get; }

    public Journal Journal { get; }

    public Duty Duty { get; }

    /// <summary>Decides as for a plugin's frame.</summary>
    public (Decision Decision, ServiceUnits? Amount) Submit(HoldId id, JobRequest request)
    {
        var answer = Teller.Submit(id, request);
        Commit();
        return answer;
    }

    /// <inheritdoc cref="Submit"/>
    public Decision Modify(HoldId difference, string job, HoldId? mark, JobRequest wanted)
    {
        var decision = Teller.Modify(difference, job, mark, actorMay: true, wanted);
        Commit();
        return decision;
    }

    /// <summary>Answers a plugin's frame about a fact.</summary>
    /// <returns>Whether it has its receipt, in time.</returns>
    public bool Report(Request request)
    {
        var reply = _desk.Answer(Request.Parser.ParseFrom(request.ToByteArray()));
        Commit();
        return _alive && reply.Receipt is not null;
    }

    /// <summary>The process is gone; what the operating system had of its files stays.</summary>
    public void Kill()
    {
        (_alive, _wire.Cut, _slurm.Cut) = (false, true, true);
        _disk.Keep(_database.Dispose);
        Dispose();
    }

    /// <summary>The machine is gone; what had reached the disk stays.</summary>
    public void Crash()
    {
        Kill();
        _disk.Tear(_random);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    private static ServiceProvider Client(SidecarPaths paths, SidecarMetrics metrics, ViewStore view, FakeTimeProvider time, Wire wire)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time).AddSingleton(paths).AddSingleton(metrics).AddLogging();
        services.AddSingleton<SettingsStore>().AddSingleton(view).AddSingleton<ClusterName>().AddTransient<BankTransport>();
        foreach (
            var client in new[]
            {
                services.AddBankApi(static _ => BankTransport.Placeholder),
                services.AddBalanceApi(static _ => BankTransport.Placeholder),
                services.AddLeaseApi(static _ => BankTransport.Placeholder),
            }
        )
        {
            client
                .ConfigureHttpClient(BankTransport.LeaveTimeoutToTransport)
                .AddHttpMessageHandler<BankTransport>()
                // Otherwise a timer of the real clock keeps the whole scenario in memory for its two minutes.
                .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
                .ConfigurePrimaryHttpMessageHandler(() => wire);
        }

        return services.BuildServiceProvider();
    }

    // A loop's wait is over when its time has come; what would wake it earlier it finds a little later.
    private async Task TurnAsync(SteadyLoop loop)
    {
        if (!_alive)
        {
            return;
        }

        TimeSpan wait;
        try
        {
            wait = await loop.TurnAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            _agenda.Fail(new AuditException($"{loop.GetType().Name} failed: {fault}"));
            return;
        }

        Commit();
        var longest = loop is Sweeper ? TimeSpan.FromMilliseconds(400) : TimeSpan.MaxValue;
        var pause = TimeSpan.FromMilliseconds(_random.Next(1, 30));
        _agenda.After((wait < longest ? wait : longest) + pause, () => _ = TurnAsync(loop));
    }

    // The committing thread comes to it a moment later; a process may die in between.
    private void Commit()
    {
        if (_committing || !_alive || !Journal.HasWork)
        {
            return;
        }

        _committing = true;
        _agenda.After(
            TimeSpan.FromMilliseconds(_random.Next(0, 20)),
            () =>
            {
                _committing = false;
                if (_alive)
                {
                    var flush = _agenda.Now - _flushed >= Journal.FlushInterval;
                    if (!Journal.Commit(flush))
                    {
                        throw new AuditException($"the journal can't be written: {Journal.Problem}");
                    }

                    Flushed(flush);
                    Commit();
                }
            }
        );
    }

    private void Flushed(bool flush)
    {
        if (flush)
        {
            _flushed = _agenda.Now;
            _disk.Flushed();
        }
        else
        {
            // What was committed reaches the disk within the interval, whether or not more comes.
            _agenda.After(
                Journal.FlushInterval,
                () =>
                {
                    if (_alive && _agenda.Now - _flushed >= Journal.FlushInterval && Journal.Commit(flush: true))
                    {
                        Flushed(flush: true);
                    }
                }
            );
        }
    }

    // A plugin's thread waits: everything else goes on meanwhile.
    private bool Wait(Task work, TimeSpan atMost)
    {
        Commit();
        _agenda.Run(_agenda.Now + atMost, () => work.IsCompleted || !_alive);
        return work.IsCompleted;
    }
}
