namespace Esoz.Codes;

/// <summary>Statuses of a contract (data-model §3.1). Only a VERIFIED contract is in force.</summary>
public static class ContractStatus
{
    public const string Verified = "VERIFIED";
    public const string Terminated = "TERMINATED";

    public static IReadOnlyList<string> All { get; } = [Verified, Terminated];
}
