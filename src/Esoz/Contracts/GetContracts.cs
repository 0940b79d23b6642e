using Esoz.Codes;

namespace Esoz.Contracts;

/// <summary>Private. Get contracts (contracts §6).</summary>
public static class GetContracts
{
    public static readonly MethodCard Card = new("private-get-contracts", "Private. Get contracts",
        "GET", "/api/admin/contracts", Family.IlAdmin, "private_contracts:read")
    {
        Purpose = "Gets the contracts of type GB_CBP that fit the filters",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("id", QueryType.Uuid, "This contract.", "contract.id = {0}"),
            new("type", QueryType.Text, "Any other than GB_CBP gives an empty list.", "contract.type = {0}"),
            new("contractor_legal_entity_id", QueryType.Uuid, "Contracts of this contractor.", "contract.contractor_legal_entity_id = {0}"),
            new("edrpou", QueryType.Text, "Contracts of the contractors with this ЄДРПОУ.",
                "contract.contractor_legal_entity_id IN (SELECT id FROM legal_entities WHERE edrpou = {0})"),
            new("contractor_owner_id", QueryType.Uuid, "Contracts with this owner.", "contract.contractor_owner_id = {0}"),
            new("nhs_signer_id", QueryType.Uuid, "Contracts with this signer.", "contract.nhs_signer_id = {0}"),
            new("is_suspended", QueryType.Flag, "Suspended ones, or those that are not.", "contract.is_suspended = {0}"),
            new("status", QueryType.OneOf(ContractStatus.All), "Contracts in this status, in any letter case.",
                "contract.status = {0}"),
            new("is_active", QueryType.Flag, "false gives an empty list: deleted contracts are never shown.", "contract.is_active = {0}"),
            new("contract_number", QueryType.Text, "Contracts with this number.", "contract.contract_number = {0}"),
            new("date_from_start_date", QueryType.Date, "Contracts that start on this day or later.", "contract.start_date >= {0}"),
            new("date_to_start_date", QueryType.Date, "Contracts that start on this day or earlier.", "contract.start_date <= {0}"),
            new("date_from_end_date", QueryType.Date, "Contracts that end on this day or later.", "contract.end_date >= {0}"),
            new("date_to_end_date", QueryType.Date, "Contracts that end on this day or earlier.", "contract.end_date <= {0}"),
            new("medical_program_id", QueryType.Uuid, "Contracts with this programme.",
                "contract.id IN (SELECT contract_id FROM contract_medical_programs WHERE medical_program_id = {0} AND is_active)"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<Contract>),
    };

    public static Task<Reply> Handle(QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("contracts", "contract")
            .Where("contract.is_active")
            .Where($"contract.type = '{ContractType.GbCbp}'")
            .Page(query, database, Rows.Contract, ct);
}
