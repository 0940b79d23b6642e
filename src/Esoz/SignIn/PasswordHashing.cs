namespace Esoz.SignIn;

/// <summary>
/// Computes hashes of passwords for the whole process, a few at a time: a storm of sign-ins waits in line and leaves the other cores to the
/// other methods (docs/adr/0036-passwords.md).
/// </summary>
/// <param name="parallel">How many at a time; null = half of the cores.</param>
/// <param name="patience">How long one waits for its turn; null = ten seconds.</param>
public sealed class PasswordHashing(ILogger<PasswordHashing> log, int? parallel = null, TimeSpan? patience = null) : IDisposable
{
    /// <summary>The answer to whoever has waited in vain.</summary>
    public static readonly Refusal Busy =
        new(RefusalKind.NotReady, "Service is temporarily unavailable") { RetryAfter = TimeSpan.FromSeconds(5) };

    private readonly SemaphoreSlim _turns = new(parallel ?? Math.Max(1, Environment.ProcessorCount / 2));
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(10);

    /// <summary>A new hash; null = busy.</summary>
    public async Task<string?> Hash(string password, CancellationToken ct) => await InTurn(() => PasswordHash.Of(password), ct);

    /// <summary>
    /// Whether it is the password of this hash; null = busy. Without a hash, or with one of an unknown form, it is not, after the same
    /// work.
    /// </summary>
    public async Task<bool?> Matches(string password, string? stored, CancellationToken ct) =>
        await InTurn<bool?>(() => IsRight(password, stored), ct);

    /// <summary>Whether it is one of them; null = busy.</summary>
    public async Task<bool?> MatchesAny(string password, IReadOnlyList<string> stored, CancellationToken ct)
    {
        foreach (var hash in stored)
        {
            if (await Matches(password, hash, ct) is not false and var answer)
                return answer;
        }
        return false;
    }

    public void Dispose() => _turns.Dispose();

    private bool IsRight(string password, string? stored)
    {
        try
        {
            if (stored is not null)
                return PasswordHash.Matches(password, stored);
        }
        catch (FormatException)
        {
            log.LogWarning("The password of a user cannot be compared: its stored hash has an unknown form; set a new one");
        }
        _ = PasswordHash.Matches(password, PasswordHash.OfNobody);
        return false;
    }

    private async Task<T?> InTurn<T>(Func<T> work, CancellationToken ct)
    {
        if (!await _turns.WaitAsync(_patience, ct))
            return default;
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            _turns.Release();
        }
    }
}
