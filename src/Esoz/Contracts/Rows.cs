namespace Esoz.Contracts;

/// <summary>Maps rows to entities, and bodies to rows.</summary>
internal static class Rows
{
    public static readonly RowMap<Contract> Contract = new RowMap<Contract>("contract")
        .Column(contract => contract.MedicalPrograms, """
            ARRAY(SELECT program.medical_program_id FROM contract_medical_programs program
                   WHERE program.contract_id = contract.id AND program.is_active
                   ORDER BY program.medical_program_id)
            """);

    public static readonly RowMap<ContractDivision> ContractDivision = new("contract_division");

    public static readonly RowMap<ContractEmployee> ContractEmployee = new("contract_employee");

    /// <summary>Values of a contract from a body; its parameters follow <c>$1</c>, the id, and <c>$2</c>, the user.</summary>
    public static readonly RowValues<ContractRequest> ContractBody = new(3, request => request.MedicalPrograms);
}
