namespace Esoz.Contracts;

/// <summary>Private. Get contract division by ID (contracts §4.3).</summary>
public static class GetContractDivision
{
    private static readonly Validation ContractDivisionExists = new(
        "1", "contract division exists, is_active = true, its contract is of type GB_CBP",
        Refusal.NotFound());

    public static readonly MethodCard Card = new("private-get-contract-division-by-id", "Private. Get contract division by ID",
        "GET", "/api/admin/contract_divisions/{id}", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets one contract division record",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [ContractDivisionExists],
        Answer = typeof(ContractDivision),
    };

    public static async Task<Reply> Handle(PathId id, PostgresDatabase database, CancellationToken ct) =>
        await database.Find(Read, id.Value ?? Guid.Empty, ct) is { } found
            ? Reply.Data(found) : ContractDivisionExists;

    private static readonly PointRead<Guid, ContractDivision> Read = Rows.ContractDivision.ById($"""
        SELECT {Rows.ContractDivision.Columns}
          FROM contract_divisions contract_division
          JOIN contracts contract ON contract.id = contract_division.contract_id
         WHERE contract_division.id = $1 AND contract_division.is_active AND contract.type = '{ContractType.GbCbp}'
        """);
}
