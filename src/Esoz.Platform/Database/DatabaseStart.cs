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

    /// <inheritdoc cref="Retry{T}"/>
    public static async Task Wait(string connectionString, TimeSpan patience, TextWriter said, TimeProvider clock, CancellationToken ct)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var source = ConnectionStrings.ForLook(settings, "esoz-start");
        await Retry(async () =>
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            return connection.ProcessID;
        }, patience, said, clock, ct);
    }

    /// <summary>
    /// Work that the start needs, again while the database fails it by an outage: one that answered a moment ago may change its leader.
    /// </summary>
    /// <param name="work">What is done again from its beginning.</param>
    /// <param name="patience">For how long.</param>
    /// <param name="said">Where it is said that the database is waited for, once and then whenever the reason changes.</param>
    /// <exception cref="NpgsqlException">The last fault, when patience ends.</exception>
    public static async Task<T> Retry<T>(
        Func<Task<T>> work, TimeSpan patience, TextWriter said, TimeProvider clock, CancellationToken ct)
    {
        var (began, pause, last) = (clock.GetTimestamp(), Shortest, "");
        while (true)
        {
            try
            {
                return await work();
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
