namespace Esoz.Platform.Access;

/// <summary>Types of the clients that are not providers (platform §3).</summary>
public static class ClientType
{
    public const string Mis = "MIS";
    public const string Nhs = "NHS";
    public const string Pis = "PIS";
}
