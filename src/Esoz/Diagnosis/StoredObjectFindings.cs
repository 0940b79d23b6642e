using Esoz.Platform.Health;
using Esoz.Platform.Reconciling;

namespace Esoz.Diagnosis;

/// <summary>What the hourly comparison of database and object store has found. Only reads, and not from the store.</summary>
public static class StoredObjectFindings
{
    private const string Subject = "stored objects";

    public static async Task<Finding> Of(PostgresDatabase database, CancellationToken ct)
    {
        var looks = await new StorageLooks(database).Find(ct);
        if (looks.Count == 0)
            return Finding.Good(Subject, "not compared with the database yet: a node with the role scheduler does it every hour");
        var found = looks.Where(look => look.Findings > 0).ToList();
        if (found.Count == 0)
            return Finding.Good(Subject, $"as the database says, last compared at {looks.Max(look => look.LookedAt):yyyy-MM-dd HH:mm}Z");
        var told = string.Join(", ", found.Select(look => $"{look.Findings} in {look.Bucket}"));
        const string advice = "esoz storage verify names them and says what to do about each";
        return found.Any(look => look.Broken > 0)
            ? Finding.Broken(Subject, $"database and object store differ, objects are lost: {told}", advice)
            : Finding.Warning(Subject, $"database and object store differ: {told}", advice);
    }
}
