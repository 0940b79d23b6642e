namespace Esoz.Tests.Contracts;

/// <summary>Private. Delete contract division (contracts §4.4).</summary>
public sealed class DeleteContractDivisionTests(Registry registry)
    : ContractRecordDeletion(registry, ContractRecord.Division), IClassFixture<Registry>;
