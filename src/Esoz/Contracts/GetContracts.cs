using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Contracts;

/// <summary>Private. Get contracts (contracts §6).</summary>
public static class GetContracts
{
    public static readonly MethodCard Card = new("private-get-contracts", "Private. Get contracts",
        "GET", "/api/admin/contracts", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contracts of type GB_CBP that fit the filters",
        Handle = Handle,
        Query =
        [
            new("id", "uuid", "This contract."),
            new("type", "string", "Any other than GB_CBP gives an empty list."),
            new("contractor_legal_entity_id", "uuid", "Contracts of this contractor."),
            new("edrpou", "string", "Contracts of the contractors with this ЄДРПОУ."),
            new("contractor_owner_id", "uuid", "Contracts with this owner."),
            new("nhs_signer_id", "uuid", "Contracts with this signer."),
            new("is_suspended", "boolean", "Suspended ones, or those that are not."),
            new("status", "string", "VERIFIED or TERMINATED, in any case."),
            new("is_active", "boolean", "false gives an empty list: deleted contracts are never shown."),
            new("contract_number", "string", "Contracts with this number."),
            new("date_from_start_date", "date", "Contracts that start on this day or later."),
            new("date_to_start_date", "date", "Contracts that start on this day or earlier."),
            new("date_from_end_date", "date", "Contracts that end on this day or later."),
            new("date_to_end_date", "date", "Contracts that end on this day or earlier."),
            new("medical_program_id", "uuid", "Contracts with this programme."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<Contract>),
    };

    public static async Task<Reply> Handle(QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var contracts = new FilteredList("contracts", "contract")
            .Where("contract.is_active")
            .Where("contract.type = 'GB_CBP'")
            .Where("contract.id = {0}", query.Uuid("id"))
            .Where("contract.type = {0}", query.Text("type"))
            .Where("contract.contractor_legal_entity_id = {0}", query.Uuid("contractor_legal_entity_id"))
            .Where("contract.contractor_legal_entity_id IN (SELECT id FROM legal_entities WHERE edrpou = {0})", query.Text("edrpou"))
            .Where("contract.contractor_owner_id = {0}", query.Uuid("contractor_owner_id"))
            .Where("contract.nhs_signer_id = {0}", query.Uuid("nhs_signer_id"))
            .Where("contract.is_suspended = {0}", query.Flag("is_suspended"))
            .Where("contract.status = {0}", query.OneOf("status", "VERIFIED", "TERMINATED"))
            .Where("contract.is_active = {0}", query.Flag("is_active"))
            .Where("contract.contract_number = {0}", query.Text("contract_number"))
            .Where("contract.start_date >= {0}", query.Date("date_from_start_date"))
            .Where("contract.start_date <= {0}", query.Date("date_to_start_date"))
            .Where("contract.end_date >= {0}", query.Date("date_from_end_date"))
            .Where("contract.end_date <= {0}", query.Date("date_to_end_date"))
            .Where("contract.id IN (SELECT contract_id FROM contract_medical_programs WHERE medical_program_id = {0} AND is_active)", query.Uuid("medical_program_id"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await contracts.Page(database, page, Rows.Contract, ct);
    }
}
