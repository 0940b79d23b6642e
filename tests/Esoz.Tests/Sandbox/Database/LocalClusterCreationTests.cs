using static Esoz.Tests.Sandbox.Database.ClusterUse;

namespace Esoz.Tests.Sandbox.Database;

/// <summary>Creation of a cluster in a directory without one.</summary>
public sealed class LocalClusterCreationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("esoz-cluster-").FullName;

    private string Data => Path.Combine(_root, "var");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact(DisplayName =
        "A fresh directory becomes a UTF-8 cluster with checksums and durable settings, reached by socket only, as an ordinary role")]
    public async Task FreshDirectory()
    {
        await using var cluster = await Open(Data);

        Assert.Equal("esoz owns esoz, superuser: false", await Ask(cluster,
            "SELECT format('%s owns %s, superuser: %s', current_user, datname, rolsuper::text) FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = current_database()"));
        Assert.Equal("UTF8 on on on ''", await Ask(cluster,
            "SELECT concat_ws(' ', current_setting('server_encoding'), current_setting('data_checksums'), current_setting('fsync'), current_setting('synchronous_commit'), quote_literal(current_setting('listen_addresses')))"));
    }

    [Fact(DisplayName = "Keys sort by code point, and upper and lower case work for Ukrainian letters")]
    public async Task Locale()
    {
        await using var cluster = await Open(Data);

        Assert.Equal("true їжак", await Ask(cluster, "SELECT concat_ws(' ', ('Z' < 'a')::text, lower('ЇЖАК'))"));
    }

    [Fact(DisplayName = "Programs that open a fresh directory at the same instant share one server")]
    public async Task SimultaneousOpens()
    {
        var holders = Task.WhenAll(ClusterHolder.Start(_root, Data), ClusterHolder.Start(_root, Data));
        var here = await Task.WhenAll(Open(Data), Open(Data), Open(Data));
        var started = await Task.WhenAll(here.Select(cluster => Ask(cluster, "SELECT pg_postmaster_start_time()::text")));
        Assert.Single(started.Distinct());

        var server = ServerPid(Data);
        foreach (var holder in await holders)
        {
            await holder.Release();
            holder.Dispose();
        }
        Assert.True(Lives(server));
        foreach (var cluster in here)
            await cluster.DisposeAsync();
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "An interrupted initdb is discarded and run again")]
    public async Task UnfinishedCreation()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(Data, "postgres/new-1"));
        await File.WriteAllTextAsync(Path.Combine(unfinished.FullName, "PG_VERSION"), "15\n", Ct);

        await using var cluster = await Open(Data);
        Assert.Equal("1", await Ask(cluster, "SELECT '1'"));
        Assert.False(Directory.Exists(unfinished.FullName));
    }

    [Theory(DisplayName = "A data directory may be deep, carry spaces, quotes or commas, and be open to everybody")]
    [InlineData("long", 120)]
    [InlineData("with spaces and $dollar", 0)]
    [InlineData("it's, \"quoted\": `odd`", 0)]
    [InlineData("каталог", 0)]
    public async Task OddDirectories(string name, int padding)
    {
        File.SetUnixFileMode(_root, File.GetUnixFileMode(_root) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var data = Path.Combine(_root, name, new string('x', padding));

        await using var cluster = await Open(data);
        Assert.Equal("1", await Ask(cluster, "SELECT '1'"));
    }
}
