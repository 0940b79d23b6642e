using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Esoz.Diagnosis;
using Esoz.OperatorConsole;
using Esoz.Platform.Configuration;
using Esoz.Platform.Database;
using Esoz.Platform.Health;
using Esoz.Platform.Logging;
using Esoz.Portal;
using Microsoft.Extensions.Hosting.Systemd;
using Npgsql;

namespace Esoz.Cli.Commands;

/// <summary><c>serve</c>: API, worker and scheduler in one process, with a private database if none is configured.</summary>
public static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    /// <summary>Listeners of the server; <c>doctor</c> is told what <c>serve</c> is.</summary>
    internal static Option<IReadOnlyList<string>> Urls { get; } = new("--urls")
    {
        HelpName = "URL",
        Arity = ArgumentArity.ExactlyOne,
        Description = "Addresses to listen on, separated by semicolons; https:// with ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY.",
        CustomParser = ParseUrls,
        DefaultValueFactory = _ => [DefaultUrl],
    };

    internal static Option<string[]> AllowInsecure { get; } = new("--allow-insecure")
    {
        HelpName = "NAME",
        Description = $"Starts production all the same: {string.Join(", ", Insecure.Names)}. May be repeated. Or: ESOZ_ALLOW_INSECURE.",
    };

    internal static Option<bool> ReadOnly { get; } = new("--read-only")
    {
        Description = "Answers reads, mostly from the standby of ESOZ_READ_DATABASE, and takes no changes. Or: ESOZ_READ_ONLY.",
    };

    public static Command Create()
    {
        var roles = new Option<Roles>("--roles")
        {
            Description = "Comma-separated list of api, worker, scheduler, web.",
            CustomParser = ParseRoles,
            DefaultValueFactory = _ => Roles.All,
        };
        var user = new Option<string?>("--user")
        {
            HelpName = "NAME",
            Description = "When root starts it: gives up root for this user before anything is read or opened.",
        };
        return new Command("serve", "Runs the registry.") { Urls, roles, user, AllowInsecure, ReadOnly }.Runs((parsed, ct) =>
        {
            if (parsed.GetValue(user) is { } name)
                SystemUser.Become(name);
            var settings = SettingsOf(parsed);
            var chosen = parsed.GetValue(roles);
            if (settings.IsReadOnly && parsed.GetResult(roles) is { Implicit: false } && (chosen & ~Server.ReadingRoles) != 0)
                throw new UsageException("A read-only node does no background work: leave out --roles, or name api and web only.");
            return Run(settings, parsed.GetValue(Urls)!, settings.IsReadOnly ? chosen & Server.ReadingRoles : chosen, ct);
        });
    }

    /// <summary>Settings of this run, with what is allowed on the command line.</summary>
    internal static Settings SettingsOf(ParseResult parsed)
    {
        var settings = CommandLine.Settings(parsed, parsed.GetValue(ReadOnly) ? ["ESOZ_READ_ONLY=true"] : []);
        try
        {
            var allowed = Insecure.Parse(string.Join(',', parsed.GetValue(AllowInsecure) ?? []));
            return settings with { AllowInsecure = [.. settings.AllowInsecure, .. allowed] };
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--allow-insecure {wrong.Message}");
        }
    }

    private static async Task Run(Settings settings, IReadOnlyList<string> urls, Roles roles, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        if (settings.Tls.CertificateFile is null && urls.FirstOrDefault(Listener.IsTls) is { } tls)
            throw new UsageException($"--urls {tls} needs a certificate: set ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY.");
        List<Finding> findings = [.. ProductionFindings.Of(settings, urls, hasSandbox: Sandbox.Parts is not null)];
        // What has to be mended first is said at once.
        if (settings.Database.Length > 0 && ProductionFindings.Refusals(findings).Count == 0)
            await DatabaseStart.Wait(settings.Database, settings.StartPatience, Console.Error, TimeProvider.System, ct);
        await RequireSafety(settings, findings, ct);
        await RequireStore(settings, ct);
        await using var installation = await Reached(settings, () => CommandLine.OpenServer(settings, ct), ct);
        var zone = await DatabaseFindings.TimeZone(installation.Database, Today.TimeZone, ct);
        if (zone.Severity == Severity.Broken)
            await Console.Error.WriteLineAsync(zone.ToString());
        // Before the start, so that the first snapshots contain it.
        var isDemo = settings is { Mode: Mode.Sandbox, IsReadOnly: false } && await Sandbox.Parts!.LoadDemo(installation.Database, ct);
        await using var server = Server.Build(installation, roles, urls, TimeProvider.System,
            logging => Logs.Configure(logging, settings.LogLevel), settings.Mode == Mode.Sandbox ? Sandbox.Parts!.Pages() : [],
            ServerFindings.Of);
        await Start(server, [.. urls, .. settings.ProbeUrls], ct);
        var startup = Stopwatch.GetElapsedTime(started);
        _ = Prepare(server.Services, roles);
        // The server is already running: a stop requested now must drain it, not abort it.
        var welcome = settings is { Mode: Mode.Sandbox, IsReadOnly: false } && roles.HasFlag(Roles.Api)
            ? await Welcome(
                installation, server.Services.GetRequiredService<Demonstration>(), server.Urls.First(), isDemo, CancellationToken.None)
            : null;
        if (roles.HasFlag(Roles.Worker))
            await WarnAboutSignatures(settings);
        if (welcome is not null)
            await Console.Out.WriteLineAsync(welcome);
        if (settings.IsReadOnly)
            await Console.Error.WriteLineAsync("This node is read-only: it takes no changes and does no background work.");
        await Console.Error.WriteLineAsync($"Ready in {startup.TotalSeconds:F1} s on {string.Join(" ", server.Urls)}. Ctrl-C stops.");
        // Tells systemd, where it has started this process (Type=notify).
        var supervisor = new SystemdNotifier();
        supervisor.Notify(ServiceState.Ready);
        await Stopped(ct);
        supervisor.Notify(ServiceState.Stopping);
        await Stop(server, settings.DrainDelay, settings.DrainTime);
    }

    /// <summary>Work on a database, which may be away for a moment; the private one is not.</summary>
    private static Task<T> Reached<T>(Settings settings, Func<Task<T>> work, CancellationToken ct) => settings.Database.Length == 0 ? work()
        : DatabaseStart.Retry(work, settings.StartPatience, Console.Error, TimeProvider.System, ct);

    /// <summary>In production, everything that is not safe is said before anything is started or changed.</summary>
    /// <exception cref="SettingsException">Something must not be.</exception>
    private static async Task RequireSafety(Settings settings, List<Finding> findings, CancellationToken ct)
    {
        if (settings.Mode != Mode.Production)
            return;
        var refusals = ProductionFindings.Refusals(findings);
        try
        {
            await using var database = new PostgresDatabase(settings.Database, settings.DatabaseOptions);
            // What has to be mended first is said at once, whether the database answers or not.
            findings.Add(refusals.Count > 0 ? await ProductionFindings.DemoData(settings, database, ct)
                : await Reached(settings, () => ProductionFindings.DemoData(settings, database, ct), ct));
            refusals = ProductionFindings.Refusals(findings);
        }
        catch (NpgsqlException) when (refusals.Count > 0)
        {
            // They have to be mended first.
        }
        if (refusals.Count > 0)
            throw new SettingsException(["Production does not start like this:", .. refusals]);
        foreach (var finding in findings.Where(finding => finding.Severity != Severity.Good))
            await Console.Error.WriteLineAsync(finding.ToString());
    }

    /// <summary>Otherwise an unusable store would only show in single failed uploads, where nobody notices.</summary>
    /// <exception cref="CommandException">The store needs action by an operator; one that is away does not prevent the start.</exception>
    private static async Task RequireStore(Settings settings, CancellationToken ct)
    {
        var findings = await StorageFindings.ForStart(settings, TimeProvider.System, ct);
        foreach (var finding in findings.Where(finding => finding.Severity == Severity.Warning))
            await Console.Error.WriteLineAsync(finding.ToString());
        var broken = findings.Where(finding => finding.Severity == Severity.Broken)
            .GroupBy(finding => $"{finding.Found} → {finding.Advice}")
            .Select(same => $"{string.Join(", ", same.Select(finding => finding.Subject))}: {same.Key}").ToList();
        if (broken.Count > 0)
            throw new CommandException($"The object store cannot be used.{Environment.NewLine}{string.Join(Environment.NewLine, broken)}");
    }

    /// <summary>
    /// Runs after the demo, which creates an authority. If signatures are not checked at all, the server's log has already reported it.
    /// </summary>
    private static async Task WarnAboutSignatures(Settings settings)
    {
        var findings = settings.Signatures.Enabled ? SignatureFindings.Of(settings, TimeProvider.System) : [];
        foreach (var finding in findings.Where(finding => finding.Severity != Severity.Good))
            await Console.Error.WriteLineAsync(finding.ToString());
    }

    /// <summary>
    /// Prepares in the background what the first reader would wait for, and gives back the memory that this and the start have used: an
    /// idle node would keep it, because nothing makes it collect its garbage.
    /// </summary>
    private static async Task Prepare(IServiceProvider services, Roles roles)
    {
        if (roles.HasFlag(Roles.Web))
            await Task.WhenAll(PortalWarmUp.Begin(services), services.GetRequiredService<RememberedFigures>().Prepare());
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static async Task Start(WebApplication server, IReadOnlyList<string> urls, CancellationToken ct)
    {
        try
        {
            await server.StartAsync(ct);
        }
        catch (Exception fault)
        {
            // Cleanly stops what has already started, such as the cluster watch.
            await server.StopAsync(CancellationToken.None);
            if (Listener.Explain(fault, urls) is { } reason)
                throw new CommandException($"{reason} Name another address, such as: esoz serve --urls http://127.0.0.1:5090");
            throw;
        }
    }

    /// <summary>
    /// Lets requests in progress finish, up to the configured drain time; meanwhile the listeners stay open and the readiness probe fails.
    /// They stay open for the delay at least, because balancers send requests until they have seen the probe. A second signal ends the
    /// drain.
    /// </summary>
    private static async Task Stop(WebApplication server, TimeSpan delay, TimeSpan drainTime)
    {
        using var drainEnd = new CancellationTokenSource(delay + drainTime);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopDraining);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopDraining);
        await Console.Error.WriteLineAsync($"Stopping: draining for up to {(delay + drainTime).TotalSeconds:F0} s. Ctrl-C again stops at once.");
        try
        {
            var drained = server.Services.GetRequiredService<Draining>().Begin();
            await Task.Delay(delay, drainEnd.Token);
            await drained.WaitAsync(drainEnd.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Requests still in progress are aborted.");
        }
        await server.StopAsync(drainEnd.Token);

        void StopDraining(PosixSignalContext signal)
        {
            signal.Cancel = true;
            drainEnd.Cancel();
        }
    }

    /// <summary>Base URL, and examples to try.</summary>
    private static async Task<string> Welcome(
        Installation installation, Demonstration demonstration, string listener, bool isDemo, CancellationToken ct)
    {
        // A listener on all interfaces is reachable on this one.
        var configured = installation.Settings.PublicBaseUrl;
        var url = new Uri(configured.Length > 0 ? configured : listener.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        var rest = isDemo
            // On a terminal the credentials would scroll away; a program that reads the output gets the curls as well.
            ? await Sandbox.Parts!.WelcomeToDemo(installation, demonstration, url, Console.IsOutputRedirected, ct)
            : "The registry already has other data, so the demo is not loaded. For credentials: esoz client create, esoz token issue, esoz apikey issue.";
        return $"Registry: {url.GetLeftPart(UriPartial.Authority)}\n{rest}";
    }

    private static async Task Stopped(CancellationToken ct)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (ct.Register(stopped.SetResult))
            await stopped.Task;
    }

    private static IReadOnlyList<string> ParseUrls(ArgumentResult argument)
    {
        try
        {
            if (Listener.ParseAny(argument.Tokens[0].Value) is { Count: > 0 } urls)
                return urls;
            argument.AddError($"--urls is empty; it takes an address, such as {DefaultUrl}.");
        }
        catch (FormatException wrong)
        {
            argument.AddError($"--urls {wrong.Message}.");
        }
        return [];
    }

    private static Roles ParseRoles(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (Enum.TryParse<Roles>(text, ignoreCase: true, out var roles) && roles is > Roles.None and <= Roles.All
            && !text.Any(char.IsAsciiDigit))
            return roles;
        argument.AddError($"'{text}' is not a list of roles; use api, worker, scheduler, web, separated by commas.");
        return Roles.None;
    }
}
