using System.Text;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>How a row of <c>contracts</c> becomes a <see cref="Contract"/>, and how a body becomes its columns.</summary>
public static class ContractRow
{
    /// <summary>The columns of the table named <c>contract</c>, in the order of the members.</summary>
    public const string Columns = """
        contract.id, contract.start_date, contract.end_date, contract.status, contract.contractor_legal_entity_id, contract.contractor_owner_id,
        contract.contractor_base, contract.contractor_payment_details, contract.contractor_rmsp_amount, contract.external_contractor_flag,
        contract.external_contractors, contract.nhs_signer_id, contract.nhs_signer_base, contract.nhs_legal_entity_id, contract.nhs_payment_method,
        contract.is_suspended, contract.issue_city, contract.nhs_contract_price, contract.contract_number, contract.status_reason,
        contract.parent_contract_id, contract.id_form, contract.nhs_signed_date, contract.type, contract.reason, contract.signed_content_location,
        ARRAY(SELECT program.medical_program_id FROM contract_medical_programs program
               WHERE program.contract_id = contract.id AND program.is_active
               ORDER BY program.medical_program_id),
        contract.is_active, contract.inserted_at, contract.inserted_by, contract.updated_at, contract.updated_by
        """;

    /// <summary>Index that keeps the numbers of VERIFIED contracts apart.</summary>
    public const string VerifiedNumber = "contracts_verified_number_key";

    /// <summary>The columns that a body fills; <see cref="Places"/> and <see cref="Values"/> are in their order.</summary>
    public const string Filled = """
        start_date, end_date, status, contractor_legal_entity_id, contractor_owner_id, contractor_base, contractor_payment_details,
        contractor_rmsp_amount, external_contractor_flag, external_contractors, nhs_signer_id, nhs_signer_base, nhs_legal_entity_id,
        nhs_payment_method, is_suspended, issue_city, nhs_contract_price, contract_number, status_reason, parent_contract_id, id_form,
        nhs_signed_date, type, reason, signed_content_location
        """;

    public const string Places = """
        $1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10::jsonb, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25
        """;

    public static object?[] Values(ContractRequest request) =>
    [
        request.StartDate, request.EndDate, request.Status, request.ContractorLegalEntityId, request.ContractorOwnerId, request.ContractorBase,
        Text(request.ContractorPaymentDetails), request.ContractorRmspAmount, request.ExternalContractorFlag, Text(request.ExternalContractors),
        request.NhsSignerId, request.NhsSignerBase, request.NhsLegalEntityId, request.NhsPaymentMethod, request.IsSuspended, request.IssueCity,
        request.NhsContractPrice, request.ContractNumber, request.StatusReason, request.ParentContractId, request.IdForm, request.NhsSignedDate,
        request.Type, request.Reason, request.SignedContentLocation,
    ];

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static Contract Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new()
        {
            Id = column.Uuid(),
            StartDate = column.Date(),
            EndDate = column.Date(),
            Status = column.Text(),
            ContractorLegalEntityId = column.Uuid(),
            ContractorOwnerId = column.Uuid(),
            ContractorBase = column.Text(),
            ContractorPaymentDetails = column.Json(),
            ContractorRmspAmount = column.IntegerOrNull(),
            ExternalContractorFlag = column.FlagOrNull(),
            ExternalContractors = column.JsonOrNull(),
            NhsSignerId = column.Uuid(),
            NhsSignerBase = column.TextOrNull(),
            NhsLegalEntityId = column.Uuid(),
            NhsPaymentMethod = column.TextOrNull(),
            IsSuspended = column.Flag(),
            IssueCity = column.TextOrNull(),
            NhsContractPrice = column.NumberOrNull(),
            ContractNumber = column.TextOrNull(),
            StatusReason = column.TextOrNull(),
            ParentContractId = column.UuidOrNull(),
            IdForm = column.Text(),
            NhsSignedDate = column.Date(),
            Type = column.Text(),
            Reason = column.TextOrNull(),
            SignedContentLocation = column.TextOrNull(),
            MedicalPrograms = column.Uuids(),
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }

    /// <summary>The contract as it is stored now, seen by the transaction that has written it.</summary>
    public static async Task<Contract> Written(NpgsqlConnection connection, Guid id, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, $"SELECT {Columns} FROM contracts contract WHERE contract.id = $1", id);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return Read(row, 0);
    }

    private static string? Text(RawJson? json) => json is { } value ? Encoding.UTF8.GetString(value.Utf8.Span) : null;
}
