namespace Esoz.Platform.RollUp;

/// <summary>What requests are counted by.</summary>
/// <param name="MethodId">Id of the method; a request that matches none has the same as in the metrics.</param>
/// <param name="ClientId">Client that asked, <see cref="NoClient"/> or <see cref="OtherClients"/>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Rule">Number of the rule that refused it, as in the access journal; empty = none.</param>
public readonly record struct RequestKey(string MethodId, Guid ClientId, int Status, string Rule)
{
    /// <summary>No client was identified.</summary>
    public static readonly Guid NoClient = Guid.Empty;

    /// <summary>All clients that are not counted one by one.</summary>
    public static readonly Guid OtherClients = Guid.AllBitsSet;
}
