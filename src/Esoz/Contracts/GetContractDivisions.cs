using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>Private. Get contract divisions (contracts §6).</summary>
public static class GetContractDivisions
{
    public static readonly MethodCard Card = new("private-get-contract-divisions", "Private. Get contract divisions",
        "GET", "/api/admin/contract_divisions", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contract division records that fit the filters",
        Handle = Handle,
        Query =
        [
            new("id", "uuid", "This record."),
            new("contract_id", "uuid", "Divisions of this contract."),
            new("division_id", "uuid", "Contracts of this division."),
            new("is_active", "boolean", "false gives an empty list: deleted records are never shown."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<ContractDivision>),
    };

    public static async Task<Reply> Handle(QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var contractDivisions = new FilteredList("contract_divisions", "contract_division")
            .Where("contract_division.is_active")
            .Where("contract_division.contract_id IN (SELECT id FROM contracts WHERE type = 'GB_CBP')")
            .Where("contract_division.id = {0}", query.Uuid("id"))
            .Where("contract_division.contract_id = {0}", query.Uuid("contract_id"))
            .Where("contract_division.division_id = {0}", query.Uuid("division_id"))
            .Where("contract_division.is_active = {0}", query.Flag("is_active"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await contractDivisions.Page(database, page, Rows.ContractDivision, ct);
    }
}
