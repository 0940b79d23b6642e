using System.Globalization;
using System.Net.Sockets;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Sandbox.Database;

/// <summary>
/// A private PostgreSQL cluster below the data directory, used when no server is configured: <c>postgres/data</c> is the cluster,
/// <c>postgres/run</c> its socket, <c>postgres/*.lock</c> the locks. The first process starts the server, every further process joins,
/// the last one to leave stops it. The server runs in its own session, so that Ctrl-C in the terminal reaches only the program, which
/// drains before it releases the cluster. A server that outlived a killed program is adopted by the next one.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Children of a killed postmaster exit by themselves within milliseconds; one that does not is stuck in a long query.
    /// </summary>
    private static readonly TimeSpan OrphansGrace = TimeSpan.FromSeconds(2);

    private readonly string _home;
    private readonly string _data;
    private readonly ClusterOwner _owner;
    private readonly Postmaster _postmaster;
    private readonly string _socketDirectory;
    private readonly string _programs;
    private readonly TextWriter _messages;
    private FileStream? _use;

    private LocalCluster(string home, ClusterOwner owner, string socketDirectory, FileStream use, string programs, TextWriter messages)
    {
        _home = home;
        _data = Path.Combine(home, "data");
        _owner = owner;
        _postmaster = new Postmaster(_data, owner);
        _socketDirectory = socketDirectory;
        _use = use;
        _programs = programs;
        _messages = messages;
    }

    /// <summary>For Npgsql: over the unix socket, as role <c>esoz</c>, to database <c>esoz</c>, which that role owns.</summary>
    public string ConnectionString => For(ClusterSettings.Owner);

    /// <summary>The same as the role of the server, which owns nothing.</summary>
    public string ServerConnectionString => For(ClusterSettings.Server);

    private string For(string role, string database = "esoz") =>
        ClusterSocket.ConnectionString(_postmaster.SocketDirectory ?? _socketDirectory, role, database);

    public LocalDatabase AsDatabase() =>
        new(ConnectionString, ServerConnectionString, ClusterSettings.Reader, ClusterSettings.Auditor,
            provider => ActivatorUtilities.CreateInstance<ClusterWatch>(provider, this), DisposeAsync);

    /// <summary>Creates the cluster if it is missing, starts its server if it is not running, and returns when it answers.</summary>
    /// <param name="dataDirectory">The cluster is in its directory <c>postgres</c>.</param>
    /// <param name="programs">Directory of PostgreSQL's programs; empty = wherever they are installed.</param>
    /// <param name="messages">Gets one line about each slow step.</param>
    /// <exception cref="LocalClusterException">The cluster cannot be used; the message says what to do.</exception>
    public static async Task<LocalCluster> Open(string dataDirectory, string programs, TextWriter messages, CancellationToken ct)
    {
        var home = Path.Combine(Path.GetFullPath(dataDirectory), "postgres");
        try
        {
            Directory.CreateDirectory(dataDirectory);
            Directory.CreateDirectory(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await using var guard = await ClusterLock.Guard(home, ct);
            var owner = await ClusterOwner.Of(home, ct);
            var socketDirectory = await ClusterSocket.PrepareDirectory(home, owner, ct);
            var cluster = new LocalCluster(home, owner, socketDirectory, ClusterLock.Use(home), programs, messages);
            try
            {
                await cluster.StartUnlessRunning(ct);
                await cluster.EnsureRoles(ct);
                return cluster;
            }
            catch
            {
                await cluster.Leave();
                throw;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LocalClusterException(
                $"The local database in {home} belongs to another user ({e.Message}) " +
                "Run this as that user or as root, or set ESOZ_DATA_DIR to another directory.", e);
        }
    }

    /// <summary>
    /// Checks whether there is a cluster and how to reach its server, without creating, starting or changing anything. The connection
    /// string is null when the server was stopped; a killed server may have left it behind.
    /// </summary>
    public static (bool Exists, string? ConnectionString) Find(string dataDirectory)
    {
        var data = Path.Combine(Path.GetFullPath(dataDirectory), "postgres", "data");
        var socket = Postmaster.SocketDirectoryOf(data);
        return (Directory.Exists(data), socket is null ? null : ClusterSocket.ConnectionString(socket, ClusterSettings.Server, "esoz"));
    }

    /// <summary>Restarts the server if it has died; costs one connection if it is running.</summary>
    /// <exception cref="LocalClusterException">It cannot be started, or refuses our connection; the message says why.</exception>
    public async Task EnsureRunning(CancellationToken ct)
    {
        if (await Answers(ct))
            return;
        await using var guard = await ClusterLock.Guard(_home, ct);
        ObjectDisposedException.ThrowIf(_use is null, this);
        await StartUnlessRunning(ct);
    }

    /// <summary>Releases the cluster. The last user stops the server, which closes its connections and writes all data to disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_use is null)
            return;
        await using var guard = await ClusterLock.Guard(_home, CancellationToken.None);
        await Leave();
    }

    private async Task Leave()
    {
        await _use!.DisposeAsync();
        _use = null;
        if (ClusterLock.IsUnused(_home))
            await Stop();
    }

    private async Task StartUnlessRunning(CancellationToken ct)
    {
        if (!Directory.Exists(_data))
            await Create(ct);

        var orphansEnd = DateTime.UtcNow + OrphansGrace;
        while (!await Answers(ct))
        {
            var processes = await _postmaster.Processes(ct);
            if (processes.Count == 0)
                await Start(ct);
            else if (_postmaster.Pid is { } pid && processes.Contains(pid) || DateTime.UtcNow < orphansEnd)
                await Task.Delay(Pause, ct);
            else
                await _postmaster.Kill(processes, ct);
        }
    }

    /// <summary>
    /// Creates the roles besides the owner that are missing, as in a cluster of an earlier version, which then also does not know who may
    /// take them.
    /// </summary>
    private async Task EnsureRoles(CancellationToken ct)
    {
        await using var source =
            new NpgsqlDataSourceBuilder($"{For("postgres", "postgres")};Pooling=false") { Name = "esoz-cluster" }.Build();
        await using var missing = source.CreateCommand(
            "SELECT count(*) FROM unnest($1::text[]) AS role WHERE to_regrole(role) IS NULL");
        missing.Parameters.Add(new() { Value = ClusterSettings.Others });
        if (await missing.ExecuteScalarAsync(ct) is 0L)
            return;
        await ClusterSettings.Write(_owner, _data, _socketDirectory, ct);
        await using var create = source.CreateCommand($"""
            DO $$
            DECLARE
              role text;
            BEGIN
              FOREACH role IN ARRAY ARRAY[{string.Join(", ", ClusterSettings.Others.Select(role => $"'{role}'"))}] LOOP
                IF to_regrole(role) IS NULL THEN
                  EXECUTE format('CREATE ROLE %I LOGIN', role);
                END IF;
              END LOOP;
            END $$;
            GRANT pg_read_all_stats TO {ClusterSettings.Owner}, {ClusterSettings.Server};
            SELECT pg_reload_conf();
            """);
        await create.ExecuteNonQueryAsync(ct);
    }

    /// <summary>False while nothing listens, or while the server is starting or stopping.</summary>
    private async Task<bool> Answers(CancellationToken ct)
    {
        await using var source = ConnectionStrings.ForLook(new($"{ConnectionString};Pooling=false"), "esoz-cluster");
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return true;
        }
        catch (PostgresException e)
        {
            throw new LocalClusterException($"The local database in {_home} is running, but refuses the connection: {e.MessageText}", e);
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException or IOException)
        {
            return false;
        }
        catch (NpgsqlException e)
        {
            throw new LocalClusterException($"The local database in {_home} is running, but does not answer: {e.Message}", e);
        }
    }

    /// <summary>
    /// Creates the cluster under a temporary name and renames it when it is complete, so that an existing cluster is always complete.
    /// Text sorts by code point, as keys require, while upper and lower case follow Unicode.
    /// </summary>
    private async Task Create(CancellationToken ct)
    {
        var binaries = await PostgresBinaries.Find(_programs, major: null, ct);
        await _messages.WriteLineAsync($"Creating the local database (PostgreSQL {binaries.Major}) in {_home}");
        foreach (var unfinished in Directory.GetDirectories(_home, "new-*"))
            Directory.Delete(unfinished, recursive: true);

        var passing = $"new-{Environment.ProcessId}";
        await _owner.Run(binaries.Path("initdb"),
            ["--pgdata", passing, "--username", "postgres", "--auth-local", "peer", "--auth-host", "reject", "--data-checksums",
                "--encoding", "UTF8", "--locale", "C", "--lc-ctype", "C.UTF-8", "--no-instructions"], ct);
        await _owner.Run(binaries.Path("postgres"), ["--single", "-j", "-D", passing, "postgres"], ct,
            "CREATE ROLE esoz LOGIN CREATEDB;\n\nCREATE DATABASE esoz OWNER esoz;\n");
        ClusterSettings.Include(Path.Combine(_home, passing));
        Directory.Move(Path.Combine(_home, passing), _data);
        await ExternalProgram.Run(new("sync", [_home]), "", ct);
    }

    private async Task Start(CancellationToken ct)
    {
        var binaries = await Binaries(ct);
        await ClusterSettings.Write(_owner, _data, _socketDirectory, ct);
        if (_postmaster.Pid is not null)
            await _messages.WriteLineAsync("The local database was not shut down properly; recovering it from its write-ahead log");
        _postmaster.RemovePidFile();
        ClusterSocket.RemoveFiles(_socketDirectory);

        const string startLog = "data/start.log";
        File.Delete(Path.Combine(_home, startLog));
        try
        {
            await _owner.Run(binaries.Path("pg_ctl"),
                ["start", "--silent", "--wait", "--timeout", "86400", "--pgdata", "data", "--log", startLog], ct);
        }
        catch (LocalClusterException e) when (File.Exists(Path.Combine(_home, startLog)))
        {
            throw new LocalClusterException(
                $"The local database in {_home} does not start. {(await File.ReadAllTextAsync(Path.Combine(_home, startLog), ct)).Trim()} " +
                $"(more in {Path.Combine(_data, "log")})", e);
        }
    }

    /// <summary>
    /// Sends the stop and waits for the exit itself: a second Ctrl-C would end a waiting pg_ctl, which belongs to the terminal.
    /// </summary>
    private async Task Stop()
    {
        if ((await _postmaster.Processes(CancellationToken.None)).Count > 0)
        {
            var binaries = await Binaries(CancellationToken.None);
            await _owner.Run(
                binaries.Path("pg_ctl"), ["stop", "--silent", "--mode", "fast", "--no-wait", "--pgdata", "data"], CancellationToken.None);
            while ((await _postmaster.Processes(CancellationToken.None)).Count > 0)
                await Task.Delay(Pause);
        }
        ClusterSocket.RemoveFiles(_socketDirectory);
        Directory.Delete(_socketDirectory);
    }

    private async Task<PostgresBinaries> Binaries(CancellationToken ct)
    {
        var version = await File.ReadAllTextAsync(Path.Combine(_data, "PG_VERSION"), ct);
        return await PostgresBinaries.Find(_programs, int.Parse(version, CultureInfo.InvariantCulture), ct);
    }
}
