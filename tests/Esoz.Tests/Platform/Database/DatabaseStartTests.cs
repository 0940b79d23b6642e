using System.Net;
using System.Net.Sockets;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>A start before the database is there.</summary>
public sealed class DatabaseStartTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "It waits for a database that is away, says so once, and goes on when it answers")]
    public async Task Later()
    {
        // Another process may not take the port: it is bound, but nobody listens.
        using var place = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        place.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var said = new StringWriter();

        var wait = DatabaseStart.Wait(
            $"Host=127.0.0.1;Port={((IPEndPoint)place.LocalEndPoint!).Port};Username=esoz;SSL Mode=Disable;GSS Encryption Mode=Disable",
            TimeSpan.FromMinutes(5), said, TimeProvider.System, Ct);
        await Eventually.Holds(() => said.ToString().Length > 0);
        Assert.False(wait.IsCompleted);
        // What comes refuses the user, which the wait has to notice: it ends with another fault than before.
        place.Listen();
        var refusals = Refuse(place);

        Assert.Equal("28000", (await Assert.ThrowsAsync<PostgresException>(() => Eventually.Ends(wait))).SqlState);
        place.Close();
        await refusals;
        var line = Assert.Single(said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("The database does not answer yet: ", line, StringComparison.Ordinal);
        Assert.EndsWith("Waiting for it for up to 300 s.", line, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "One that answers is not waited for; nor is one that does not exist: the settings are wrong")]
    public async Task AtOnce()
    {
        var said = new StringWriter();
        var right = await cluster.CreateEmptyDatabase();
        await DatabaseStart.Wait(right, TimeSpan.FromMinutes(5), said, TimeProvider.System, Ct);

        var wrong = new NpgsqlConnectionStringBuilder(right) { Database = "absent" }.ConnectionString;
        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => DatabaseStart.Wait(wrong, TimeSpan.FromMinutes(5), said, TimeProvider.System, Ct));

        Assert.Equal((PostgresErrorCodes.InvalidCatalogName, ""), (fault.SqlState, said.ToString()));
    }

    [Fact(DisplayName = "A database that goes away between two steps of the start, or is read-only for a moment, is waited for like one that is not there yet")]
    public async Task BetweenSteps()
    {
        var connectionString = await cluster.CreateEmptyDatabase();
        await using var database = new PostgresDatabase(connectionString);
        var (attempts, said) = (0, new StringWriter());

        var number = await DatabaseStart.Retry(async () => ++attempts switch
        {
            1 => await database.Command("SELECT pg_terminate_backend(pg_backend_pid())::int").ReadValue<int>(Ct),
            2 => await database.Command("SET TRANSACTION READ ONLY; CREATE TABLE public.refused ()").Execute(Ct),
            _ => await database.Command("SELECT 7").ReadValue<int>(Ct),
        }, TimeSpan.FromMinutes(5), said, TimeProvider.System, Ct);

        Assert.Equal((7, 3), (number, attempts));
        Assert.Equal(["57P01", "25006"], said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line["The database does not answer yet: ".Length..][..5]));
        var fault = await Assert.ThrowsAsync<PostgresException>(() => DatabaseStart.Retry(
            () => database.Command("SELECT 1 / 0").ReadValue<int>(Ct), TimeSpan.FromMinutes(5), said, TimeProvider.System, Ct));
        Assert.Equal(PostgresErrorCodes.DivisionByZero, fault.SqlState);
    }

    [Fact(DisplayName = "When patience ends, the start ends with the fault")]
    public async Task NoPatience() => await Assert.ThrowsAsync<NpgsqlException>(() => DatabaseStart.Wait(
        "Host=127.0.0.1;Port=1;Username=esoz", TimeSpan.Zero, TextWriter.Null, TimeProvider.System, Ct));

    /// <summary>Answers every connection as PostgreSQL does for a user that does not exist.</summary>
    private static async Task Refuse(Socket place)
    {
        try
        {
            while (true)
            {
                using var connection = await place.AcceptAsync(Ct);
                await connection.ReceiveAsync(new byte[1024], Ct);
                await connection.SendAsync("E\0\0\0\u0017SFATAL\0C28000\0Mno\0\0"u8.ToArray(), Ct);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The place was closed.
        }
    }
}
