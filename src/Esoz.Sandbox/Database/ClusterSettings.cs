namespace Esoz.Sandbox.Database;

/// <summary>
/// The configuration files of the local cluster. They are rewritten at every start, to be read after what initdb detected about the
/// machine. An operator overrides them with <c>ALTER SYSTEM</c>, whose own file is read last.
/// </summary>
internal static class ClusterSettings
{
    /// <summary>The role that owns the schema.</summary>
    public const string Owner = "esoz";

    /// <summary>The role of the server (docs/adr/0032).</summary>
    public const string Server = "esoz_server";

    public const string Reader = "esoz_reader";
    public const string Auditor = "esoz_auditor";

    private const string Name = "esoz.conf";

    public static string[] Others { get; } = [Server, Reader, Auditor];

    /// <summary>Makes initdb's own configuration include ours.</summary>
    public static void Include(string dataDirectory) =>
        File.AppendAllText(Path.Combine(dataDirectory, "postgresql.conf"), $"include_if_exists '{Name}'\n");

    public static async Task Write(ClusterOwner owner, string dataDirectory, string socketDirectory, CancellationToken ct)
    {
        await Write(Name, Configuration(socketDirectory));
        await Write("pg_hba.conf", Access);
        await Write("pg_ident.conf", People(owner.Name));

        // As the owner, who may be unable to read a file of root.
        Task Write(string name, string text) => owner.Run("tee", [Path.Combine(dataDirectory, name)], ct, text);
    }

    /// <summary>
    /// 1/16 of the memory, 128 MB … 1 GB: the indexes that a large import writes to at random places must fit, otherwise every evicted
    /// page waits for the log first.
    /// </summary>
    private static long SharedBuffersMegabytes => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 >> 20, 128, 1024);

    /// <summary>
    /// Errors stay out of the log file: their text can quote a value, and values are personal data. The program reports them.
    /// </summary>
    private static string Configuration(string socketDirectory) =>
        $"""
        cluster_name = 'esoz'
        listen_addresses = ''
        unix_socket_directories = '{socketDirectory}'
        unix_socket_permissions = 0700
        max_connections = 100

        fsync = on
        synchronous_commit = on
        full_page_writes = on
        wal_compression = on
        max_wal_size = 4GB
        min_wal_size = 256MB
        checkpoint_timeout = 10min

        shared_buffers = {SharedBuffersMegabytes}MB
        effective_cache_size = 1GB
        work_mem = 16MB
        maintenance_work_mem = 256MB
        random_page_cost = 1.1
        jit = off
        track_io_timing = off

        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        logging_collector = on
        log_directory = 'log'
        log_filename = 'postgresql-%a.log'
        log_rotation_age = 1d
        log_rotation_size = 0
        log_truncate_on_rotation = on
        log_min_messages = log
        log_error_verbosity = terse

        """;

    private const string Access =
        """
        local all all peer map=esoz

        """;

    private static string People(string owner) => string.Concat(
        from role in (string[])[Owner, .. Others, "postgres"]
        select $"esoz \"{owner}\" {role}\nesoz root {role}\n");
}
