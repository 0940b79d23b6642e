namespace Esoz.Platform.Access;

/// <summary>How a client calls (platform §3): by itself, or through a broker with an api-key of its own.</summary>
public static class AccessType
{
    public const string Direct = "DIRECT";
    public const string Broker = "BROKER";
}
