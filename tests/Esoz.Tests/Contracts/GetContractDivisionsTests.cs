namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contract divisions (contracts §6).</summary>
public sealed class GetContractDivisionsTests(Registry registry)
    : ContractRecordList(registry, ContractRecord.Division), IClassFixture<Registry>;
