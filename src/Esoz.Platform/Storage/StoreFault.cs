namespace Esoz.Platform.Storage;

/// <summary>Why a bucket cannot be used, and what to do about it; never contains a secret.</summary>
/// <param name="MayPass">The store responds but has a temporary fault of its own; all other faults require an operator's action.</param>
public sealed record StoreFault(string Found, string Advice, bool MayPass = false);
