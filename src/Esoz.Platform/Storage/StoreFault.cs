namespace Esoz.Platform.Storage;

/// <summary>Why a bucket cannot be used, and what to do about it; never with a secret in it.</summary>
/// <param name="MayPass">The store is there and in trouble of its own; everything else waits for somebody to act.</param>
public sealed record StoreFault(string Found, string Advice, bool MayPass = false);
