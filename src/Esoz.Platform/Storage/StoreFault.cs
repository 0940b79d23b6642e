namespace Esoz.Platform.Storage;

/// <summary>Why a bucket cannot be used, and what to do about it; never contains a secret.</summary>
/// <param name="MayPass">The store does not answer, or has a fault of its own; all other faults require an operator's action.</param>
/// <param name="IsAbsent">The bucket does not exist.</param>
public sealed record StoreFault(string Found, string Advice, bool MayPass = false, bool IsAbsent = false);
