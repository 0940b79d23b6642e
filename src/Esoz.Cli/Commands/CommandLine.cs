using System.Text.Json;
using Amazon.Runtime;
using Esoz.Import;
using Esoz.Platform.Configuration;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Npgsql;

namespace Esoz.Cli.Commands;

/// <summary>
/// Shared by all commands: the <c>--set</c> option, exit codes (0 done, 1 failed, 2 wrong usage), and one sentence on standard error for
/// every failure that the user can act on.
/// </summary>
public static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Sets NAME=VALUE for this run; overrides the environment. May be repeated.",
        HelpName = "NAME=VALUE",
        Recursive = true,
    };

    public static Option<string?> Operator { get; } = new("--operator")
    {
        Description = "Who runs the command, for the audit log; default: the user of the operating system.",
        HelpName = "NAME",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Prints JSON, for scripts." };

    /// <param name="environment">Null = that of the process.</param>
    public static async Task<int> Run(RootCommand root, string[] args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(WrongCall.Explain(parsed));
            return WrongUsage;
        }
        // Only the library writes here: help and version.
        using var output = new StringWriter();
        try
        {
            // Ctrl-C cancels the command, which then drains; the runtime must not end the process before that.
            return await parsed.InvokeAsync(new Invocation
            {
                Environment = environment,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
                Output = output,
            });
        }
        catch (Exception wrong) when (wrong is UsageException or SettingsException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongUsage;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Failed;
        }
        catch (Exception failure) when (Explains(failure))
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
        finally
        {
            var text = output.ToString();
            await Console.Out.WriteAsync(Sandbox.Parts?.Shown(text) ?? text);
        }
    }

    /// <summary>Gives a command its work, with the open installation, and returns it; the exit code is 0 unless the work throws.</summary>
    public static Command Runs(this Command command, Func<ParseResult, Installation, CancellationToken, Task> work) =>
        command.Runs(async (parsed, installation, ct) =>
        {
            await work(parsed, installation, ct);
            return Done;
        });

    /// <summary>The same for work that says the exit code.</summary>
    public static Command Runs(this Command command, Func<ParseResult, Installation, CancellationToken, Task<int>> work) =>
        command.Runs(async (parsed, ct) =>
        {
            await using var installation = await Open(parsed, ct);
            return await work(parsed, installation, ct);
        });

    /// <summary>The same for work that opens by itself what it needs.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task<int>> work)
    {
        command.SetAction(work);
        return command;
    }

    /// <inheritdoc cref="Runs(Command, Func{ParseResult, CancellationToken, Task{int}})"/>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Task> work)
    {
        command.SetAction(work);
        return command;
    }

    /// <summary>Prints data on standard output, for scripts or for people.</summary>
    public static Task Print<T>(ParseResult parsed, T data, Func<T, object> text) =>
        Console.Out.WriteAsync(parsed.GetValue(Json) ? AsJson(data) : $"{text(data)}");

    /// <summary>Says what was done: data on standard output for scripts, or a sentence on standard error.</summary>
    public static Task Report<T>(ParseResult parsed, T data, string sentence) =>
        parsed.GetValue(Json) ? Console.Out.WriteAsync(AsJson(data)) : Console.Error.WriteLineAsync(sentence);

    /// <summary>One line of JSON for scripts.</summary>
    public static string AsJson<T>(T data) => JsonSerializer.Serialize(data, IlDialect.Json) + Environment.NewLine;

    /// <summary>Settings of this run.</summary>
    /// <param name="more">Assignments that options of the command stand for.</param>
    public static Settings Settings(ParseResult parsed, params IEnumerable<string> more)
    {
        var settings = Known(Esoz.Settings.Read(Reader(parsed, out _, more)));
        return settings with { DatabaseOptions = settings.DatabaseOptions with { Operator = OperatorOf(parsed) } };
    }

    /// <summary>Who is to answer for the changes of a command; behind sudo that is not root.</summary>
    private static string OperatorOf(ParseResult parsed)
    {
        var name = parsed.GetValue(Operator) ?? Environment.GetEnvironmentVariable("SUDO_USER");
        return name is { Length: > 0 } ? name : Environment.UserName;
    }

    /// <summary>Reader of the settings of this run.</summary>
    public static SettingReader Reader(ParseResult parsed, out SettingSources sources, params IEnumerable<string> more)
    {
        sources = SettingSources.Gather([.. parsed.GetValue(Set) ?? [], .. more], ((Invocation)parsed.InvocationConfiguration).Environment);
        if (sources.Notice is { } notice)
            Console.Error.WriteLine(notice);
        return new(sources.Values) { Assigned = sources.Assigned, SourceOf = sources.Of };
    }

    /// <summary>Settings and database of this run.</summary>
    public static Task<Installation> Open(ParseResult parsed, CancellationToken ct) => Open(Settings(parsed), ct);

    public static Task<Installation> Open(Settings settings, CancellationToken ct) =>
        Installation.Open(settings, Sandbox.Parts?.OpenDatabase, ct);

    /// <summary>The same for the server: its own role, and no operator.</summary>
    public static Task<Installation> OpenServer(Settings settings, CancellationToken ct) => Installation.Open(
        settings with { DatabaseOptions = settings.DatabaseOptions with { Operator = null } }, Sandbox.Parts?.OpenDatabase, ct,
        isServer: true);

    private static Settings Known(Settings settings) => settings.Mode == Mode.Sandbox && Sandbox.Parts is null
        ? throw new SettingsException(
            ["This program was built without the sandbox: set ESOZ_MODE=production, and ESOZ_DATABASE (or ESOZ_DATABASE_FILE)."])
        : settings;

    /// <summary>Failures whose message explains a problem outside the program; others are defects and keep their stack trace.</summary>
    private static bool Explains(Exception failure) =>
        failure is CommandException or LocalClusterException or MigrationChangedException or MigrationRightsException
            or ImportFailedException or NpgsqlException or CommitNotReplicatedException or SharedSessionsException
            or AmazonServiceException or AmazonClientException or StoreUnavailableException or HttpRequestException or IOException
            or InvalidDataException or UnauthorizedAccessException;

    /// <summary>One run of a command.</summary>
    private sealed class Invocation : InvocationConfiguration
    {
        public IReadOnlyDictionary<string, string>? Environment { get; init; }
    }
}

/// <summary>The command cannot do what was asked; exit code 1.</summary>
public sealed class CommandException(string message) : Exception(message);

/// <summary>The command was called wrongly; exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
