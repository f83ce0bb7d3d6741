#include <rondo/rondo.hpp>

#include <iostream>

int main()
{
    rondo::model<rondo::gru_reset_after<>> m{rondo::input{3}, rondo::hidden{40}};
    std::cout << "Rondo " RONDO_VERSION_STRING ": " << m.parameters().flat().size() << " parameters\n";
}
