namespace Esoz.Contracts;

/// <summary>Types of a contract (data-model §3.1). The methods of this area show and change those of type GB_CBP only.</summary>
public static class ContractType
{
    public const string GbCbp = "GB_CBP";
    public const string Capitation = "CAPITATION";
    public const string Reimbursement = "REIMBURSEMENT";
}
