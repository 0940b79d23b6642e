using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Waits at the start of the program for a database that is not there yet: one that refuses connections, starts up, or has no leader. One
/// that refuses these credentials, or has no such database, is not waited for: its settings are wrong.
/// </summary>
public static class DatabaseStart
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="said">Where it is said that the database is waited for, once and then whenever the reason changes.</param>
    /// <exception cref="NpgsqlException">The last fault, when patience ends.</exception>
    public static async Task Wait(string connectionString, TimeSpan patience, TextWriter said, TimeProvider clock, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var source = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "esoz-start" }.Build();
        var (began, pause, last) = (clock.GetTimestamp(), Shortest, "");
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                return;
            }
            catch (NpgsqlException fault) when (
                PassingFaults.Of(fault) == PassingFault.Outage && clock.GetElapsedTime(began) + pause < patience)
            {
                var reason = PassingFaults.Reason(fault);
                if (reason != last)
                    await said.WriteLineAsync($"The database does not answer yet: {reason}. Waiting for it for up to {patience.TotalSeconds:F0} s.");
                last = reason;
            }
            await Task.Delay(pause, clock, ct);
            pause = pause * 2 < Longest ? pause * 2 : Longest;
        }
    }
}
