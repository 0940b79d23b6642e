namespace Esoz.Contracts;

/// <summary>Private. Get contract by ID (contracts §5.4).</summary>
public static class GetContract
{
    private static readonly Validation ContractExists = new("1", "contract exists, is_active = true, type = GB_CBP",
        Refusal.NotFound());

    public static readonly MethodCard Card = new("private-get-contract-by-id", "Private. Get contract by ID",
        "GET", "/api/admin/contracts/{id}", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets one contract of type GB_CBP",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [ContractExists],
        Answer = typeof(Contract),
    };

    public static async Task<Reply> Handle(PathId id, PostgresDatabase database, CancellationToken ct) =>
        await database.Find(Read, id.Value ?? Guid.Empty, ct) is { } found
            ? Reply.Data(found) : ContractExists;

    private static readonly PointRead<Guid, Contract> Read = Rows.Contract.ById($"""
        SELECT {Rows.Contract.Columns}
          FROM contracts contract
         WHERE contract.id = $1 AND contract.is_active AND contract.type = '{ContractType.GbCbp}'
        """);
}
