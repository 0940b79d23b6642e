namespace Esoz.Tests.Contracts;

/// <summary>API-005-002-001-0038 Private. Delete contract employee (contracts §3.4).</summary>
public sealed class DeleteContractEmployeeTests(Registry registry)
    : ContractRecordDeletion(registry, ContractRecord.Employee), IClassFixture<Registry>;
