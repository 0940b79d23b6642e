namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contract division by ID (contracts §4.3).</summary>
public sealed class GetContractDivisionTests(Registry registry)
    : ContractRecordById(registry, ContractRecord.Division), IClassFixture<Registry>;
