namespace Esoz.Contracts;

/// <summary>Private. Get contract divisions (contracts §6).</summary>
public static class GetContractDivisions
{
    public static readonly MethodCard Card = new("private-get-contract-divisions", "Private. Get contract divisions",
        "GET", "/api/admin/contract_divisions", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contract division records that fit the filters",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("id", QueryType.Uuid, "This record.", "contract_division.id = {0}"),
            new("contract_id", QueryType.Uuid, "Divisions of this contract.", "contract_division.contract_id = {0}"),
            new("division_id", QueryType.Uuid, "Contracts of this division.", "contract_division.division_id = {0}"),
            new("is_active", QueryType.Flag, "false gives an empty list: deleted records are never shown.",
                "contract_division.is_active = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<ContractDivision>),
    };

    public static Task<Reply> Handle(QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("contract_divisions", "contract_division")
            .Where("contract_division.is_active")
            .Where($"contract_division.contract_id IN (SELECT id FROM contracts WHERE type = '{ContractType.GbCbp}')")
            .Page(query, database, Rows.ContractDivision, ct);
}
