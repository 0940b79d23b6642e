namespace Esoz;

/// <summary>The local cluster cannot be used; the message tells the user what to do about it.</summary>
public sealed class LocalClusterException(string message, Exception? cause = null) : Exception(message, cause);
