using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Reconciling;

/// <summary>What is wrong with one object.</summary>
public enum StorageFault
{
    /// <summary>The database has a record of it, and the store does not have it.</summary>
    Missing,
    /// <summary>The store has it, and the database does not know it.</summary>
    Unknown,
    /// <summary>It has another length or digest than the database says.</summary>
    Different,
    /// <summary>It is what a former upload has sent, not the last one.</summary>
    Former,
    /// <summary>The store lists it and cannot return it.</summary>
    Unreadable,
}

/// <summary>A difference between the database and the object store.</summary>
/// <param name="Bucket">Its logical name.</param>
/// <param name="Key">As <see cref="IObjectStore.Walk"/> gives it; it may have the name of a person.</param>
/// <param name="Found">What was found, without the key.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record StorageFinding(Severity Severity, StorageFault Fault, string Bucket, string Key, string Found, string Advice)
{
    public override string ToString() => $"{Severity.ToString().ToLowerInvariant(),-8} {Bucket}/{Key}: {Found} → {Advice}";
}
