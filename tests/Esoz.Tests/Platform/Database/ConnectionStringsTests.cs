using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>What operators write into <c>ESOZ_DATABASE</c>.</summary>
public sealed class ConnectionStringsTests(TestCluster cluster)
{
    [Theory(DisplayName = "The three formats, with one host or several, and the names and values of libpq")]
    [InlineData("Host=db;Username=esoz;Database=registry", "Host=db;Username=esoz;Database=registry")]
    [InlineData("postgresql://esoz:p%40ss@db:6432/registry", "Host=db;Username=esoz;Password=p@ss;Database=registry;Port=6432")]
    [InlineData("postgres://db", "Host=db")]
    [InlineData("postgresql://[::1]:6432/registry", "Host=::1;Database=registry;Port=6432")]
    [InlineData("postgresql://esoz@one:5432,two:5433/registry?target_session_attrs=read-write",
        "Host=\"one:5432,two:5433\";Username=esoz;Database=registry;Target Session Attributes=read-write")]
    [InlineData("postgresql://db/registry?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=5&application_name=node%201",
        "Host=db;Database=registry;SSL Mode=VerifyFull;Root Certificate=/etc/ca.pem;Timeout=5;Application Name=node 1")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/registry?user=esoz", "Host=/var/run/postgresql;Database=registry;Username=esoz")]
    [InlineData("host=db port=6432 dbname=registry user=esoz password='a b\\'c'", "Host=db;Database=registry;Username=esoz;Password=\"a b'c\";Port=6432")]
    [InlineData("host=one,two port=5432,5433 dbname=registry load_balance_hosts=random",
        "Host=\"one:5432,two:5433\";Database=registry;Load Balance Hosts=True")]
    [InlineData("host=one,two port=5433 dbname=registry", "Host=\"one:5433,two:5433\";Database=registry")]
    public void Formats(string text, string expected) => Assert.Equal(
        new NpgsqlConnectionStringBuilder(expected).ConnectionString,
        new NpgsqlConnectionStringBuilder(ConnectionStrings.Parse(text)).ConnectionString, ignoreCase: true);

    [Theory(DisplayName = "What is wrong is named, and the password is not repeated")]
    [InlineData("postgresql://esoz:secret@db/registry?sslmod=require", "has sslmod, which is no parameter of a connection, or a value that it cannot have")]
    [InlineData("postgresql://esoz:secret@db/registry?sslmode=full", "has sslmode=full, which is no value of sslmode")]
    [InlineData("postgresql://esoz:secret@db/registry?connect_timeout=soon", "has connect_timeout=soon, which is no value of connect_timeout")]
    [InlineData("postgresql://esoz:secret@db:99999/registry", "has the port 99999 of db, which is no port")]
    [InlineData("host=one,two,three port=1,2 password=secret", "has 3 hosts, but 2 ports")]
    [InlineData("registry at db, secret", "is neither a connection string (Host=…;Username=…;Database=…) nor a postgresql:// URL")]
    public void Wrong(string text, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => ConnectionStrings.Parse(text)).Message);

    [Fact(DisplayName = "Of several hosts the one is used that takes changes, and sessions tell their node")]
    public async Task SeveralHosts()
    {
        var one = new NpgsqlConnectionStringBuilder(await cluster.CreateDatabase());
        var away = Directory.CreateTempSubdirectory("esoz-away-").FullName;
        var text = $"postgresql://{one.Username}@{Uri.EscapeDataString(away)}:{one.Port},{Uri.EscapeDataString(one.Host!)}:{one.Port}/{one.Database}"
            + "?target_session_attrs=read-write&application_name=node";
        if (one.Password is { Length: > 0 } password)
            text = text.Replace($"{one.Username}@", $"{one.Username}:{Uri.EscapeDataString(password)}@", StringComparison.Ordinal);

        await using var database = new PostgresDatabase(ConnectionStrings.Parse(text));

        Assert.Equal($"node {Environment.MachineName}/{Environment.ProcessId}",
            await database.Command("SELECT current_setting('application_name')").ReadValue<string>(TestContext.Current.CancellationToken));
        Directory.Delete(away);
    }
}
