namespace Esoz.Tests.Contracts;

/// <summary>API-005-002-001-0036 Private. Get contract employees (contracts §6).</summary>
public sealed class GetContractEmployeesTests(Registry registry)
    : ContractRecordList(registry, ContractRecord.Employee), IClassFixture<Registry>;
